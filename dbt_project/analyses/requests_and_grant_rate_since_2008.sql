/*
topic: series
question_zh: 某地2008年以来每年收到多少申请、公开率多少，哪些年份与上年不可比，为什么？
question_en: Requests received and grant rates of a unit since 2008, year by year, with the breaks marked and explained.
parameters: {code: "330304", from_year: 2008, to_year: 2025}
columns: [report_year, requests_received, grant_rate_broad, grant_rate_narrow, outcomes_counted, outcomes_on_merits, template_code, reporting_scope, requests_break_grade, rate_break_grade, is_other_scope, is_break, breaks_zh, breaks_en, quality_grade, report_id]
at_least: 18
*/
FROM timeline($code, $from_year, $to_year)
