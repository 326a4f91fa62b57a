-- The tables that Python writes: schema raw (what was found and read) and schema catalogue (what the forms ask).
-- Everything that dbt builds stands on these. Ids are text; times are UTC.
CREATE SCHEMA raw;
CREATE SCHEMA catalogue;

CREATE TABLE raw.landing_files (
    source_file VARCHAR NOT NULL PRIMARY KEY, size_bytes BIGINT NOT NULL, modified_at TIMESTAMP, sha256 VARCHAR,
    state VARCHAR NOT NULL, reason VARCHAR, duplicate_of VARCHAR, document_id VARCHAR, attempts INTEGER
);
COMMENT ON TABLE raw.landing_files IS
    'One row per file of the landing zone at this refresh, with the one state in which it ended: read, unchanged, unsupported, rejected, quarantined or duplicate.';

CREATE TABLE raw.documents (
    document_id VARCHAR NOT NULL PRIMARY KEY, sha256 VARCHAR NOT NULL, source_file VARCHAR NOT NULL,
    form VARCHAR NOT NULL, encoding VARCHAR, size_bytes BIGINT NOT NULL,
    title VARCHAR, issuer VARCHAR, issuer_evidence VARCHAR, report_year INTEGER, period_start DATE, period_end DATE,
    reporting_scope VARCHAR NOT NULL, scope_evidence VARCHAR, published_on DATE, template_codes VARCHAR[] NOT NULL,
    jurisdiction_code VARCHAR, jurisdiction_matched_year INTEGER, issuing_body VARCHAR, body_kind VARCHAR,
    resolution_rank VARCHAR, resolution_evidence VARCHAR,
    source_url VARCHAR, retrieved_at TIMESTAMP, source_authority VARCHAR, parser_version VARCHAR NOT NULL
);
COMMENT ON TABLE raw.documents IS
    'One row per distinct readable document (by sha256), whatever the number of its copies in the landing zone.';

CREATE TABLE raw.observations (
    document_id VARCHAR NOT NULL, observation_no INTEGER NOT NULL,
    template_code VARCHAR NOT NULL, indicator_code VARCHAR NOT NULL, applicant_type_code VARCHAR,
    value DECIMAL(24, 6), value_state VARCHAR NOT NULL, printed_text VARCHAR NOT NULL, printed_label VARCHAR NOT NULL,
    unit_code VARCHAR, origin VARCHAR NOT NULL, qualifier VARCHAR,
    page INTEGER, table_index INTEGER NOT NULL, row_index INTEGER NOT NULL, column_index INTEGER NOT NULL,
    char_start INTEGER, char_end INTEGER
);
COMMENT ON TABLE raw.observations IS
    'One row per printed figure of a table or mention in prose, in the order of reading within its document. The figures of the report itself have the origins table and prose.';

CREATE TABLE raw.issues (
    document_id VARCHAR NOT NULL, issue_no INTEGER NOT NULL, kind VARCHAR NOT NULL, message VARCHAR NOT NULL,
    printed_text VARCHAR NOT NULL, indicator_code VARCHAR, nearest_labels VARCHAR[] NOT NULL,
    page INTEGER, table_index INTEGER, row_index INTEGER, column_index INTEGER, char_start INTEGER, char_end INTEGER
);
COMMENT ON TABLE raw.issues IS
    'One row per thing in a document that was not understood or not believed, with its place.';

CREATE TABLE raw.refresh_runs (
    run_id VARCHAR NOT NULL PRIMARY KEY, run_no BIGINT NOT NULL DEFAULT 1, started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP, reports_dir VARCHAR NOT NULL, files_seen INTEGER NOT NULL, documents_read INTEGER NOT NULL,
    parser_version VARCHAR NOT NULL, reader_version VARCHAR, catalogue_version VARCHAR, models_version VARCHAR,
    records_version VARCHAR, started_by VARCHAR
);
COMMENT ON TABLE raw.refresh_runs IS
    'One row per refresh that was published, this one included; finished_at is set as the last act before publishing; run_no is their order, whatever the clock did.';

CREATE TABLE raw.refresh_stages (run_id VARCHAR NOT NULL, stage VARCHAR NOT NULL, seconds DOUBLE NOT NULL);
COMMENT ON TABLE raw.refresh_stages IS
    'One row per published refresh and stage, with the seconds that it took; publishing itself comes after the last word.';

CREATE TABLE raw.check_results (
    run_id VARCHAR NOT NULL, suite VARCHAR NOT NULL, expectation_no INTEGER NOT NULL, expectation VARCHAR NOT NULL,
    description VARCHAR, observed VARCHAR, floor VARCHAR, success BOOLEAN NOT NULL, severity VARCHAR NOT NULL,
    failing_count BIGINT NOT NULL DEFAULT 0
);
COMMENT ON TABLE raw.check_results IS
    'One row per refresh (the last 50) and Great Expectations expectation, with what it observed and whether it blocks.';

CREATE TABLE raw.check_failures (
    run_id VARCHAR NOT NULL, suite VARCHAR NOT NULL, expectation_no INTEGER NOT NULL, failure_no INTEGER NOT NULL,
    failing_row JSON NOT NULL
);
COMMENT ON TABLE raw.check_failures IS
    'One row per row that failed an expectation of this refresh, as JSON: the first 1,000 of raw.check_results.failing_count.';

CREATE TABLE raw.quarantine (
    document_id VARCHAR NOT NULL PRIMARY KEY, sha256 VARCHAR NOT NULL, source_file VARCHAR NOT NULL,
    cause VARCHAR NOT NULL, reason VARCHAR NOT NULL, since TIMESTAMP NOT NULL, since_run_id VARCHAR NOT NULL,
    run_id VARCHAR NOT NULL, kept_document_id VARCHAR
);
COMMENT ON TABLE raw.quarantine IS
    'One row per document that is withheld for a fault of ours (reading, tests, checks) or held by a person, with the reason and the earlier good version that stands in for it.';

CREATE TABLE raw.refresh_changes (
    run_id VARCHAR NOT NULL, subject VARCHAR NOT NULL, action VARCHAR NOT NULL, cause VARCHAR NOT NULL,
    table_name VARCHAR, change_count BIGINT NOT NULL, count_before BIGINT, count_after BIGINT
);
COMMENT ON TABLE raw.refresh_changes IS
    'One row per refresh (the last 50), kind of thing (report, figure, mart), what happened to it and why, with the true count.';

CREATE TABLE raw.refresh_change_details (
    run_id VARCHAR NOT NULL, change_no INTEGER NOT NULL, subject VARCHAR NOT NULL, action VARCHAR NOT NULL,
    cause VARCHAR NOT NULL, document_id VARCHAR NOT NULL, before_document_id VARCHAR, source_file VARCHAR,
    indicator_code VARCHAR, applicant_type_code VARCHAR, item VARCHAR, before_text VARCHAR,
    after_text VARCHAR
);
COMMENT ON TABLE raw.refresh_change_details IS
    'One row per report or figure that a refresh (of the last 50) added, removed or changed: the first 10,000 of raw.refresh_changes.change_count.';

CREATE TABLE raw.reviews (
    document_id VARCHAR, identity_code VARCHAR NOT NULL, applicant_type_code VARCHAR, left_value DECIMAL(24, 6),
    right_value DECIMAL(24, 6), verdict VARCHAR NOT NULL, fault_owner VARCHAR, note VARCHAR, evidence VARCHAR,
    reviewed_by VARCHAR NOT NULL, reviewed_on DATE NOT NULL, finding_kind VARCHAR, indicator_code VARCHAR,
    other_document_id VARCHAR, source_file VARCHAR, other_source_file VARCHAR, jurisdiction_key VARCHAR,
    report_year INTEGER
);
COMMENT ON TABLE raw.reviews IS
    'One row per finding that a reviewer judged in a folder of records outside the project (FOI_RECORDS_DIR).';

CREATE TABLE raw.corrections (
    document_id VARCHAR NOT NULL, indicator_code VARCHAR NOT NULL, applicant_type_code VARCHAR, printed_text VARCHAR,
    corrected_value DECIMAL(24, 6), reason VARCHAR NOT NULL, evidence VARCHAR NOT NULL, corrected_by VARCHAR NOT NULL,
    corrected_on DATE NOT NULL, source_file VARCHAR
);
COMMENT ON TABLE raw.corrections IS
    'One row per cell that a reviewer corrected in a folder of records outside the project (FOI_RECORDS_DIR).';

CREATE TABLE catalogue.templates (
    template_code VARCHAR NOT NULL, name_zh VARCHAR, name_en VARCHAR, first_year INTEGER, last_year INTEGER,
    source VARCHAR
);
COMMENT ON TABLE catalogue.templates IS 'One row per generation of the statutory form.';

CREATE TABLE catalogue.indicators (
    template_code VARCHAR NOT NULL, indicator_code VARCHAR NOT NULL, parent_code VARCHAR, section_zh VARCHAR,
    label_zh VARCHAR, label_en VARCHAR, unit_code VARCHAR, position INTEGER, axis VARCHAR, is_heading BOOLEAN,
    is_signed BOOLEAN, evidence VARCHAR
);
COMMENT ON TABLE catalogue.indicators IS 'One row per indicator of a template.';

CREATE TABLE catalogue.label_variants (
    template_code VARCHAR NOT NULL, indicator_code VARCHAR NOT NULL, label VARCHAR NOT NULL
);
COMMENT ON TABLE catalogue.label_variants IS 'One row per printed label by which an indicator is known.';

CREATE TABLE catalogue.applicant_types (
    applicant_type_code VARCHAR NOT NULL, parent_code VARCHAR, label_zh VARCHAR, label_en VARCHAR, position INTEGER,
    is_leaf BOOLEAN, is_total BOOLEAN
);
COMMENT ON TABLE catalogue.applicant_types IS 'One row per type of applicant of the request matrix.';

CREATE TABLE catalogue.identities (
    identity_code VARCHAR NOT NULL, template_code VARCHAR NOT NULL, relation VARCHAR, strength VARCHAR,
    per_applicant BOOLEAN, rule VARCHAR, note_en VARCHAR, note_zh VARCHAR, source VARCHAR
);
COMMENT ON TABLE catalogue.identities IS 'One row per arithmetic identity that a form prescribes or implies.';

CREATE TABLE catalogue.identity_terms (
    identity_code VARCHAR NOT NULL, term_no INTEGER NOT NULL, side VARCHAR NOT NULL, aggregate VARCHAR,
    indicator_code VARCHAR, applicant_type_code VARCHAR, weight DECIMAL(10, 4)
);
COMMENT ON TABLE catalogue.identity_terms IS 'One row per term of an identity: parts stand left, the whole right.';

CREATE TABLE catalogue.cross_checks (
    check_code VARCHAR NOT NULL, kind VARCHAR NOT NULL, relation VARCHAR, per_applicant BOOLEAN, rule VARCHAR,
    indicator_code VARCHAR, threshold DECIMAL(10, 4), minimum DECIMAL(10, 4), title_en VARCHAR, title_zh VARCHAR,
    note_en VARCHAR, note_zh VARCHAR
);
COMMENT ON TABLE catalogue.cross_checks IS 'One row per check across several reports: other years, other bodies.';

CREATE TABLE catalogue.cross_check_terms (
    check_code VARCHAR NOT NULL, term_no INTEGER NOT NULL, template_code VARCHAR NOT NULL, side VARCHAR NOT NULL,
    document VARCHAR NOT NULL, indicator_code VARCHAR NOT NULL, weight DECIMAL(10, 4)
);
COMMENT ON TABLE catalogue.cross_check_terms IS
    'One row per term of a check across reports and form: of this report, of last year''s, or of the units below.';

CREATE TABLE catalogue.joint_mentions (
    template_code VARCHAR NOT NULL, indicator_code VARCHAR NOT NULL, part_indicator_code VARCHAR NOT NULL
);
COMMENT ON TABLE catalogue.joint_mentions IS
    'One row per figure that a sentence counts in when it says one number of several figures at once.';

CREATE TABLE catalogue.series (
    series_code VARCHAR NOT NULL, label_zh VARCHAR, label_en VARCHAR, unit_code VARCHAR, description VARCHAR,
    us_term VARCHAR, uk_term VARCHAR
);
COMMENT ON TABLE catalogue.series IS 'One row per series that is harmonised over the generations of the form.';

CREATE TABLE catalogue.series_terms (
    series_code VARCHAR NOT NULL, template_code VARCHAR, indicator_code VARCHAR, applicant_type_code VARCHAR,
    weight DECIMAL(10, 4), comparability VARCHAR
);
COMMENT ON TABLE catalogue.series_terms IS 'One row per signed term that a template contributes to a series.';

CREATE TABLE catalogue.series_breaks (
    series_code VARCHAR NOT NULL, break_code VARCHAR NOT NULL, template_code VARCHAR, event_year INTEGER,
    first_year INTEGER, kind VARCHAR, comparability VARCHAR, reason_zh VARCHAR, reason_en VARCHAR, evidence VARCHAR
);
COMMENT ON TABLE catalogue.series_breaks IS
    'One row per series and reason for which it breaks: at the change to a form, or in a year within a form.';

CREATE TABLE catalogue.outcomes (
    outcome_code VARCHAR NOT NULL, label_zh VARCHAR, label_en VARCHAR, outcome_group VARCHAR, position INTEGER,
    us_term VARCHAR, uk_term VARCHAR
);
COMMENT ON TABLE catalogue.outcomes IS 'One row per harmonised outcome of a request.';

CREATE TABLE catalogue.outcome_cells (template_code VARCHAR, indicator_code VARCHAR, outcome_code VARCHAR);
COMMENT ON TABLE catalogue.outcome_cells IS 'One row per leaf indicator of a template that counts an outcome.';

CREATE TABLE catalogue.dispute_cells (template_code VARCHAR, indicator_code VARCHAR, route VARCHAR, result VARCHAR);
COMMENT ON TABLE catalogue.dispute_cells IS 'One row per indicator that counts reviews or lawsuits by result.';

CREATE TABLE catalogue.issue_kinds (
    kind VARCHAR NOT NULL, severity VARCHAR, is_about_document BOOLEAN, title_en VARCHAR, title_zh VARCHAR
);
COMMENT ON TABLE catalogue.issue_kinds IS 'One row per kind of issue that a parser may raise.';

CREATE TABLE catalogue.units (unit_code VARCHAR NOT NULL, label_zh VARCHAR, label_en VARCHAR, to_base DECIMAL(24, 6));
COMMENT ON TABLE catalogue.units IS 'One row per unit of measure, with its factor to the base unit.';

CREATE TABLE catalogue.body_names (printed_name VARCHAR NOT NULL, body_name VARCHAR NOT NULL);
COMMENT ON TABLE catalogue.body_names IS 'One row per other name by which a department signs its reports.';
