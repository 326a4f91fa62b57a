/*
topic: series
question_zh: 各省某年某一可比序列的合计是多少，来自多少份可相加的报告？
question_en: What does a series add up to by province in a year, over how many reports that can be added?
parameters: {series: requests_received, year: 2017}
columns: [province_code, province_name_zh, total, unit_code, additive_report_count, silent_report_count]
at_least: 1
*/
SELECT province_code, province_name_zh, sum(value) AS total, any_value(unit_code) AS unit_code,
       count(value) AS additive_report_count, count(*) - count(value) AS silent_report_count
FROM marts.fact_foi_series
WHERE series_code = $series AND report_year = $year AND is_additive_unit
GROUP BY province_code, province_name_zh
ORDER BY total DESC NULLS LAST, province_code
