select
    figures.report_id,
    reports.source_file,
    reports.jurisdiction_key,
    reports.jurisdiction_code,
    reports.report_year,
    reports.reporting_scope,
    reports.is_preferred,
    figures.template_code,
    figures.indicator_code,
    figures.applicant_type_code,
    figures.value,
    figures.value_state,
    figures.printed_text,
    figures.printed_label,
    figures.unit_code,
    figures.origin,
    figures.qualifier,
    figures.page,
    figures.table_index,
    figures.row_index,
    figures.column_index,
    figures.char_start,
    figures.char_end,
    figures.observation_no,
    figures.is_corrected,
    figures.corrected_value,
    figures.correction_status,
    reports.quality_grade
from {{ ref('int_figures_preferred') }} as figures
inner join {{ ref('dim_report') }} as reports
    on figures.report_id = reports.report_id
order by reports.report_year, reports.jurisdiction_code, figures.report_id, figures.observation_no
