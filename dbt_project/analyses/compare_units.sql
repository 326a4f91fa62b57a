/*
topic: compare
question_zh: 几个地方某年并列比较：申请数、公开率、复议、诉讼。
question_en: Several units side by side in one year, requests, grant rates, reviews, lawsuits.
parameters: {codes: ["330304", "330326", "430921"], year: 2017}
columns: [jurisdiction_code, place_name_zh, report_year, reporting_scope, requests_received, requests_granted, outcomes_counted, outcomes_on_merits, grant_rate_broad, grant_rate_narrow, reviews_total, lawsuits_total, template_code, has_discrepancy, quality_grade, report_id]
at_least: 3
*/
FROM compare($codes, $year)
