/*
topic: trust
question_zh: 哪些数值经复核更正，原文印的是什么？哪些更正因原文变化而失效？
question_en: Which figures carry a reviewed correction, what is printed there, and which corrections have gone stale?
parameters: {}
columns: [source_file, report_year, indicator_code, applicant_type_code, printed_label, printed_text, value, corrected_value, correction_status]
at_least: 0
*/
SELECT source_file, report_year, indicator_code, applicant_type_code, printed_label, printed_text, value,
       corrected_value, correction_status
FROM marts.fact_reported_figures
WHERE correction_status IS NOT NULL
ORDER BY source_file, indicator_code, applicant_type_code
