-- The first thing to read in the file: FROM start_here. Every statement in column sql runs as it stands.
with status as (

    select * from {{ ref('warehouse_status') }}

),

rows_of_text as (

    select
        1 as position,
        'what' as topic,
        '中国政府信息公开工作年度报告的统计数据：各级行政机关历年收到多少申请、如何答复、复议诉讼与主动公开情况，每个数值都能追溯到原文单元格。' as text_zh,
        'Statistics of China''s yearly reports on open government information: requests, outcomes, reviews, lawsuits and proactive disclosure, each figure traceable to its cell.' as text_en,
        'FROM marts.fact_foi_requests LIMIT 10' as sql
    union all
    select
        2, 'fresh',
        concat('最近更新：', coalesce(strftime(published_at, '%Y-%m-%d %H:%M UTC'), '未知'), '；', preferred_report_count,
            ' 份首选报告，', jurisdiction_count, ' 个行政区划，', first_report_year, '–', last_report_year, ' 年。'),
        concat('Published ', coalesce(strftime(published_at, '%Y-%m-%d %H:%M UTC'), 'at an unknown time'), ': ',
            preferred_report_count, ' preferred reports of ', jurisdiction_count, ' units, ', first_report_year, '–',
            last_report_year, '.'),
        'FROM marts.warehouse_status'
    from status
    union all
    select
        3, 'where',
        'marts：供查询的事实表与维度表；catalogue：各代表式、指标与可比序列的定义；raw：读取结果与更新记录。每张表、每一列都有中英文注释。',
        'marts holds facts and dimensions to query; catalogue what the forms ask; raw what was read, and the history of refreshes. Every table and column carries a comment in both languages.',
        'SELECT schema_name, table_name, comment FROM duckdb_tables() UNION ALL SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL'
    union all
    select
        4, 'questions',
        '常见问题已做成表函数：timeline、grant_rate、series、outcomes、compare、where_printed；参数为六位行政区划代码，改名、撤县设区自动衔接。文件以其他名称挂载时，请先执行 USE 名称。',
        'The usual questions are table macros: timeline, grant_rate, series, outcomes, compare, where_printed. They take a six-digit code and follow a unit through its renamings. With the file attached under another name, say USE <name> first.',
        'SELECT DISTINCT function_name, parameters, comment FROM duckdb_functions() WHERE schema_name = ''main'' AND NOT internal AND comment IS NOT NULL ORDER BY 1'
    union all
    select
        5, 'series',
        '2008年以来的申请数与公开率，一条语句；is_break 标出与前一份年报不可比之处，breaks_zh 说明原因。请勿跨断点计算增减。',
        'Requests and grant rates since 2008 in one statement; is_break marks where a point does not compare with the one before, breaks_en says why. Never difference across a break.',
        'FROM timeline(''330304'')'
    union all
    select
        6, 'code',
        '行政区划代码：按名称查找，一个单位在不同年份可有不同名称和代码。',
        'Codes of administrative units, by name; a unit may have other names and codes in other years.',
        'SELECT jurisdiction_code, full_name_zh, valid_from_year, valid_to_year FROM marts.dim_jurisdiction WHERE name_zh LIKE ''%瓯海%'''
    union all
    select
        7, 'sums',
        '求和规则：只用最细分项（fact_foi_outcomes、fact_foi_disputes）；本机关与汇总口径不可相加，筛选 is_additive_unit；空值不是零。',
        'Sums: add leaves only (fact_foi_outcomes, fact_foi_disputes); own and consolidated reports never add, so filter on is_additive_unit; a null is no zero.',
        'SELECT report_year, sum(request_count) AS requests FROM marts.fact_foi_outcomes WHERE is_additive_unit GROUP BY ALL ORDER BY ALL'
    union all
    select
        8, 'rates',
        '公开率有宽、窄两种口径，均附分子、分母、样本量与可比等级：宽口径占全部办理结果，窄口径占予以公开与依法不予公开之和。',
        'Two grant rates, each with numerator, denominator, n and comparability: broad among all outcomes, narrow among grants and refusals under a legal exemption.',
        'FROM marts.rate_grants_by_year ORDER BY ALL'
    union all
    select
        9, 'label',
        '按原文指标名称查找数值。',
        'Find figures by the label that the form prints.',
        'SELECT place_name_zh, report_year, printed_label, value, value_state FROM marts.fact_figures_wide WHERE contains(printed_label, ''收到申请数'') ORDER BY ALL'
    union all
    select
        10, 'cell',
        '某个数值印在哪个文件、哪张表、哪一行哪一列。',
        'In which document, table, row and column a figure is printed.',
        'FROM where_printed(''330304'', 2017, ''requests_received'')'
    union all
    select
        11, 'trust',
        '原文合计与分项不符之处（两边数值并列）。印刷数值从不改动；经复核的更正另列。',
        'Where a publisher''s sums do not close, with both sides. Printed figures are never changed; reviewed corrections stand apart.',
        'SELECT source_file, identity_code, left_value, right_value, difference, note_zh FROM marts.fact_report_discrepancies WHERE status = ''does_not_close'' ORDER BY ALL'
    union all
    select
        12, 'keys',
        '连接方式：report_id 连 dim_report，jurisdiction_key 连 dim_jurisdiction，(template_code, indicator_code) 连 dim_indicator，outcome_code 连 dim_outcome，(series_code, template_code) 连 dim_series。',
        'Joins: report_id to dim_report, jurisdiction_key to dim_jurisdiction, (template_code, indicator_code) to dim_indicator, outcome_code to dim_outcome, (series_code, template_code) to dim_series.',
        'SELECT table_name, constraint_column_names FROM duckdb_constraints() WHERE schema_name = ''marts'' AND constraint_type = ''PRIMARY KEY'' ORDER BY ALL'
    union all
    select
        13, 'connect',
        '请以只读方式打开（access_mode=READ_ONLY）；更新时整个文件被替换，重新连接即见新数据。',
        'Open the file read-only (access_mode=READ_ONLY); a refresh replaces it whole, and whoever connects again sees the new one.',
        'SELECT database_name, path, readonly FROM duckdb_databases() WHERE NOT internal'

)

select
    topic,
    text_zh,
    text_en,
    sql
from rows_of_text
order by position
