/*
topic: trust
question_zh: 报告正文所说的数值与统计表不一致的有哪些？
question_en: Where does the text of a report state another figure than its table?
parameters: {}
columns: [source_file, report_year, indicator_code, printed_text, value, unit_code, table_value, derived_value, agreement]
at_least: 0
*/
SELECT source_file, report_year, indicator_code, printed_text, value, unit_code, table_value, derived_value, agreement
FROM marts.fact_prose_mentions
WHERE agreement IN ('differs', 'differs_from_parts', 'units_differ')
ORDER BY source_file, observation_no
