/*
topic: requests
question_zh: 某地历年公开率，宽、窄两种口径各是多少，基于多少件，与上年是否可比？
question_en: What is a unit's grant rate by year, broad and narrow, on how many outcomes, and does it compare with before?
parameters: {code: "330304", from_year: 2008, to_year: 2025}
columns: [report_year, rate_definition, numerator, denominator, n, rate, comparability, break_grade, template_code, reporting_scope, place_name_zh, has_discrepancy, quality_grade, report_id]
at_least: 2
*/
FROM grant_rate($code, $from_year, $to_year)
