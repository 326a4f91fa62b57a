/*
topic: series
question_zh: 某个可比序列在哪些年份中断，等级如何，原因是什么？
question_en: In which years does a series break, how badly, and why?
parameters: {series: requests_granted}
columns: [break_year, comparability_grade, kind_code, reason_zh, reason_en, evidence]
at_least: 3
*/
SELECT break_year, comparability_grade, kind_code, reason_zh, reason_en, evidence
FROM marts.dim_series_break
WHERE series_code = $series
ORDER BY break_year, break_code
