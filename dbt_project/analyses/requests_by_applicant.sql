/*
topic: requests
question_zh: 各类申请人（自然人、企业等）各年办结多少件，其中公开多少？（2019年起表式才分申请人）
question_en: Outcomes by type of applicant and year, and how many were grants (asked since 2019 only).
parameters: {from_year: 2008, to_year: 2025}
columns: [report_year, applicant_type_code, applicant_type_zh, outcome_count, granted_count, report_count]
at_least: 2
*/
SELECT f.report_year, f.applicant_type_code, t.label_zh AS applicant_type_zh, sum(f.request_count) AS outcome_count,
       sum(f.request_count) FILTER (f.outcome_group = 'granted') AS granted_count,
       count(DISTINCT f.report_id) AS report_count
FROM marts.fact_foi_outcomes AS f
JOIN marts.dim_applicant_type AS t USING (applicant_type_code)
WHERE f.is_additive_unit AND f.report_year BETWEEN $from_year AND $to_year
GROUP BY f.report_year, f.applicant_type_code, t.label_zh, t.position
ORDER BY f.report_year, t.position
