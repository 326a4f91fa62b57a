/*
topic: coverage
question_zh: 最近一次更新改变了什么（报告、数值、各表行数），原因是什么？
question_en: What did the last refresh change (reports, figures, rows of marts), and why?
parameters: {}
columns: [published_at, subject, action, cause, table_name, change_count, count_before, count_after]
at_least: 1
*/
SELECT s.published_at, c.subject, c.action, c.cause, c.table_name, c.change_count, c.count_before, c.count_after
FROM marts.warehouse_status AS s
JOIN marts.fact_refresh_changes AS c USING (run_id)
ORDER BY c.subject, c.action, c.cause, c.table_name
