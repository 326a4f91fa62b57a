/*
topic: trust
question_zh: 哪些报告的合计与分项不符，两边各是多少，差在哪里？
question_en: Where do a publisher's sums not close, with both sides and what must be equal?
parameters: {from_year: 2008, to_year: 2025}
columns: [source_file, report_year, identity_code, applicant_type_code, rule, left_value, right_value, difference, fault_owner, note_zh, note_en]
at_least: 2
*/
SELECT source_file, report_year, identity_code, applicant_type_code, rule, left_value, right_value, difference,
       fault_owner, note_zh, note_en
FROM marts.fact_report_discrepancies
WHERE status = 'does_not_close' AND is_preferred AND report_year BETWEEN $from_year AND $to_year
ORDER BY abs(difference) DESC, source_file, identity_code, applicant_type_code
