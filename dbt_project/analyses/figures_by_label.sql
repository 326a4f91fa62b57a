/*
topic: dictionary
question_zh: 各地各年印着这一原文指标名称的数值是多少？
question_en: What do all reports print beside this label?
parameters: {label: 收到申请数, from_year: 2008, to_year: 2025}
columns: [place_name_zh, report_year, reporting_scope, printed_label, printed_text, value, value_state, unit_code, source_file]
at_least: 4
*/
SELECT place_name_zh, report_year, reporting_scope, printed_label, printed_text, value, value_state, unit_code,
       source_file
FROM marts.fact_figures_wide
WHERE contains(printed_label, $label) AND is_headline AND report_year BETWEEN $from_year AND $to_year
ORDER BY report_year, jurisdiction_code, printed_label, report_id
