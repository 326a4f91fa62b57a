/*
topic: trust
question_zh: 哪些机关上年“结转下年度”的件数与次年“上年结转”不一致？
question_en: Whose requests carried out of one year are not those carried into the next?
parameters: {from_year: 2019, to_year: 2025}
columns: [place_name_zh, issuing_body, reporting_scope, report_year, carried_out_before, carried_in, difference]
at_least: 0
*/
SELECT later.place_name_zh, later.issuing_body, later.reporting_scope, later.report_year,
       earlier.value AS carried_out_before, later.value AS carried_in, later.value - earlier.value AS difference
FROM marts.fact_foi_series AS later
JOIN marts.fact_foi_series AS earlier
  ON earlier.lineage_key = later.lineage_key AND earlier.report_year = later.report_year - 1
 AND earlier.reporting_scope = later.reporting_scope AND earlier.body_kind IS NOT DISTINCT FROM later.body_kind
 AND (later.body_kind = 'government' OR earlier.issuing_body IS NOT DISTINCT FROM later.issuing_body)
WHERE later.series_code = 'requests_carried_in' AND earlier.series_code = 'requests_carried_out'
  AND later.value <> earlier.value AND later.report_year BETWEEN $from_year AND $to_year
ORDER BY abs(difference) DESC, later.report_year, later.jurisdiction_code, later.report_id
