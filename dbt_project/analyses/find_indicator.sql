/*
topic: dictionary
question_zh: 表式上的某个指标叫什么代码，历代表式如何表述，属于哪个可比序列？
question_en: Which codes has an indicator with this label, in which forms, and which series does it enter?
parameters: {label: 收到申请数}
columns: [template_code, indicator_code, section_zh, label_zh, meaning_en, unit_code, series_codes, label_variants]
at_least: 1
*/
SELECT template_code, indicator_code, section_zh, label_zh, meaning_en, unit_code, series_codes, label_variants
FROM marts.dim_indicator
WHERE contains(label_zh, $label) OR len(list_filter(label_variants, lambda v: contains(v, $label))) > 0
ORDER BY template_code, position
