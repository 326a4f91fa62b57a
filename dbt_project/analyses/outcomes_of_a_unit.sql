/*
topic: requests
question_zh: 某地（如瓯海区）某年各类办理结果各有多少件，占比多少，对应美英的什么术语？
question_en: How did a unit (say 瓯海区) decide its requests in a year, with shares and the terms of the US and the UK?
parameters: {code: "330304", year: 2017}
columns: [outcome_group, outcome_code, label_zh, label_en, request_count, share, us_term, uk_term, template_code, reporting_scope, report_id]
at_least: 10
*/
FROM outcomes($code, $year)
