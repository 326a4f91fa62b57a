-- Every printed figure of the preferred reports with what a reader would join to it, one indicator after another, so
-- that a question about one indicator reads a small part of the file. Totals and parts stand side by side: filter on
-- one indicator and on applicant_type_code before adding up.
select
    figures.template_code,
    figures.indicator_code,
    figures.applicant_type_code,
    indicators.section_zh,
    indicators.label_zh,
    indicators.label_en,
    indicators.axis = 'matrix_row' as is_by_applicant,
    applicant_types.label_zh as applicant_type_zh,
    coalesce(applicant_types.is_total, true) as is_headline,
    figures.report_year,
    figures.report_id,
    figures.jurisdiction_key,
    figures.jurisdiction_code,
    units.full_name_zh as place_name_zh,
    units.level_name,
    units.prefecture_code,
    units.province_code,
    units.province_name_zh,
    reports.issuing_body,
    reports.body_kind,
    figures.reporting_scope,
    reports.is_additive_unit,
    figures.value,
    figures.value_state,
    figures.corrected_value,
    figures.unit_code,
    figures.printed_text,
    figures.printed_label,
    figures.origin,
    figures.page,
    figures.table_index,
    figures.row_index,
    figures.column_index,
    figures.source_file,
    figures.quality_grade
from {{ ref('fact_reported_figures') }} as figures
inner join {{ ref('dim_report') }} as reports
    on figures.report_id = reports.report_id
left join {{ ref('dim_jurisdiction') }} as units
    on figures.jurisdiction_key = units.jurisdiction_key
left join {{ ref('dim_indicator') }} as indicators
    on figures.template_code = indicators.template_code
    and figures.indicator_code = indicators.indicator_code
left join {{ ref('dim_applicant_type') }} as applicant_types
    on figures.applicant_type_code = applicant_types.applicant_type_code
where figures.is_preferred
order by figures.indicator_code, figures.applicant_type_code, figures.report_year, figures.jurisdiction_code,
    figures.report_id
