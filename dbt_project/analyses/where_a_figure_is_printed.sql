/*
topic: dictionary
question_zh: 某地某年的某个数值印在哪个文件、哪张表、哪一行哪一列？
question_en: In which document, table, row and column is a figure of a unit and year printed?
parameters: {code: "330304", year: 2017, indicator: requests_received}
columns: [source_file, template_code, indicator_code, section_zh, printed_label, applicant_type_zh, printed_text, value, value_state, corrected_value, unit_code, origin, page, table_index, row_index, column_index, source_url, report_id]
at_least: 1
*/
FROM where_printed($code, $year, $indicator)
