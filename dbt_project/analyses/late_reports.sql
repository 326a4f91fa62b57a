/*
topic: coverage
question_zh: 哪些政府年报晚于法定期限公布，晚了多少天？
question_en: Which government reports were published after the legal deadline, and how many days late?
parameters: {from_year: 2008, to_year: 2025}
columns: [full_name_zh, report_year, published_on, due_on, days_late, report_id]
at_least: 0
*/
SELECT u.full_name_zh, c.report_year, c.published_on, c.due_on, c.days_late, c.report_id
FROM marts.fact_report_coverage AS c
JOIN marts.dim_jurisdiction AS u USING (jurisdiction_key)
WHERE c.late_report_count = 1 AND c.report_year BETWEEN $from_year AND $to_year
ORDER BY c.days_late DESC, c.report_year, c.jurisdiction_code
