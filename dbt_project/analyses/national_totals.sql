/*
topic: requests
question_zh: 全国各年收到多少申请、公开多少、复议诉讼多少？只加总互不涵盖的报告，并列出报告数。
question_en: National totals by year over reports that do not cover one another, with the number of reports behind each.
parameters: {from_year: 2008, to_year: 2025}
columns: [report_year, additive_report_count, requests_received, requests_received_n, requests_granted, requests_granted_n, reviews_total, reviews_n, lawsuits_total, lawsuits_n]
at_least: 2
*/
SELECT report_year, count(*) AS additive_report_count,
       sum(requests_received) AS requests_received, count(requests_received) AS requests_received_n,
       sum(requests_granted) AS requests_granted, count(requests_granted) AS requests_granted_n,
       sum(reviews_total) AS reviews_total, count(reviews_total) AS reviews_n,
       sum(lawsuits_total) AS lawsuits_total, count(lawsuits_total) AS lawsuits_n
FROM marts.fact_foi_requests
WHERE is_additive_unit AND report_year BETWEEN $from_year AND $to_year
GROUP BY report_year
ORDER BY report_year
