/*
topic: compare
question_zh: 与同属一个上级的邻近地区相比，某地某年的申请数与公开率如何？
question_en: How does a unit compare in a year with the units under the same parent?
parameters: {code: "330304", year: 2017}
columns: [jurisdiction_code, full_name_zh, is_asked, reporting_scope, requests_received, grant_rate_broad, n, quality_grade]
at_least: 2
*/
WITH asked AS (
    SELECT jurisdiction_key, parent_code FROM marts.dim_jurisdiction
    WHERE jurisdiction_code = $code AND $year BETWEEN valid_from_year AND valid_to_year
)
SELECT u.jurisdiction_code, u.full_name_zh, u.jurisdiction_key = asked.jurisdiction_key AS is_asked,
       f.reporting_scope, f.requests_received, g.rate AS grant_rate_broad, g.n, f.quality_grade
FROM asked
JOIN marts.dim_jurisdiction AS u
  ON u.parent_code = asked.parent_code AND $year BETWEEN u.valid_from_year AND u.valid_to_year
JOIN marts.fact_foi_requests AS f
  ON f.jurisdiction_key = u.jurisdiction_key AND f.report_year = $year AND f.body_kind = 'government'
LEFT JOIN marts.rate_grants AS g ON g.report_id = f.report_id AND g.rate_definition = 'broad'
ORDER BY f.requests_received DESC NULLS LAST, u.jurisdiction_code, f.reporting_scope
