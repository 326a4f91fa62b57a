/*
topic: coverage
question_zh: 某年各省应有、已有、缺失多少份政府年报？
question_en: How many government reports of a year are expected, present and missing, by province?
parameters: {year: 2017}
columns: [province_code, province_name_zh, expected, present, missing, share_present, departments_and_others]
at_least: 31
*/
SELECT c.province_code, p.name_zh AS province_name_zh, sum(c.expected_report_count) AS expected,
       sum(c.present_report_count) AS present, sum(c.missing_report_count) AS missing,
       sum(c.present_report_count) / nullif(sum(c.expected_report_count), 0) AS share_present,
       sum(c.department_report_count) + sum(c.other_report_count) AS departments_and_others
FROM marts.fact_report_coverage AS c
LEFT JOIN marts.dim_jurisdiction AS p
  ON p.jurisdiction_code = c.province_code AND c.report_year BETWEEN p.valid_from_year AND p.valid_to_year
WHERE c.report_year = $year
GROUP BY c.province_code, p.name_zh
ORDER BY present DESC, c.province_code
