/*
topic: disputes
question_zh: 某年每千件申请引发多少行政诉讼？（申请数不足下限者不列）
question_en: Lawsuits per 1,000 requests received in a year, where a body had at least so many requests.
parameters: {year: 2017, least_requests: 10}
columns: [full_name_zh, issuing_body, requests_received, lawsuits_total, lawsuits_per_1000, template_code, quality_grade]
at_least: 2
*/
SELECT u.full_name_zh, f.issuing_body, f.requests_received, f.lawsuits_total,
       round(1000 * f.lawsuits_total / f.requests_received, 2) AS lawsuits_per_1000, f.template_code, f.quality_grade
FROM marts.fact_foi_requests AS f
JOIN marts.dim_jurisdiction AS u USING (jurisdiction_key)
WHERE f.report_year = $year AND f.requests_received >= greatest($least_requests, 1) AND f.lawsuits_total IS NOT NULL
ORDER BY lawsuits_per_1000 DESC, f.jurisdiction_code, f.report_id
