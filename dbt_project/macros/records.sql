{# The columns that a record of reviewers has, in the project's seed as in a folder of the reviewer's own. #}
{% macro record_columns(kind) -%}
  {%- do return({
    'corrections': [
      'document_id', 'indicator_code', 'applicant_type_code', 'printed_text', 'corrected_value', 'reason', 'evidence',
      'corrected_by', 'corrected_on', 'source_file'
    ],
    'reviews': [
      'document_id', 'identity_code', 'applicant_type_code', 'left_value', 'right_value', 'verdict', 'fault_owner',
      'note', 'evidence', 'reviewed_by', 'reviewed_on', 'finding_kind', 'indicator_code', 'other_document_id',
      'source_file', 'other_source_file', 'jurisdiction_key', 'report_year'
    ]
  }[kind]) -%}
{%- endmacro %}
