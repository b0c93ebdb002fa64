"""What test/examples.sh looks at: prints TAP.

    examples.py EXAMPLES WORK

Reads the folder EXAMPLES and, through psql, a database with the sample in the schema crm and its reports in the schema reports;
writes below WORK, and into schemas of its own.  Nothing of the templates is taken on trust: names, types and SQL are looked up in
the catalog or run.
"""
import json
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree

import jinja2
import yaml

examples, work = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
REPORTS = ['pipeline_inspection', 'forecast_summary', 'coverage', 'movement', 'stage_aging', 'funnel', 'win_rates', 'duplicates',
           'hygiene_exceptions', 'scorecard', 'date_dimension']
number = failed = 0


def ok(problems, name):
    """One test: passes where the list of problems is empty."""
    global number, failed
    number += 1
    print(f"{'not ok' if problems else 'ok'} {number} - {name}")
    if problems:
        failed += 1
        for problem in problems[:30]:
            print('\n'.join('# ' + line for line in str(problem).splitlines()))
    sys.stdout.flush()


psql = subprocess.Popen(['psql', '-X', '-q', '-At', '-F', '\t'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
psql.stdin.write('SET client_min_messages = warning;\n')


def sql(text):
    """Runs SQL; returns what it prints and what is wrong with it."""
    # from a file, at whose end a quote that is left open ends, too
    (work / 'query.sql').write_text(text, encoding='utf-8')
    psql.stdin.write(f"\\i {work}/query.sql\n\\echo @@\n")
    psql.stdin.flush()
    printed = ''
    while (line := psql.stdout.readline()) != '@@\n':
        if not line:
            raise SystemExit('psql has ended')
        printed += line
    error = re.search(r'^(?:psql:.*: )?(?:ERROR|FATAL):.*', printed, re.M | re.S)
    return ('', re.sub(r'^psql:[^ ]* ', '', error[0])) if error else (printed, '')


def read(path):
    return path.read_text(encoding='utf-8')


def short(path):
    return str(path.relative_to(examples))


columns = {}
for line in sql("""SELECT c.relname, a.attname, format_type(a.atttypid, NULL) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'reports'::regnamespace AND c.relkind IN ('v', 'r') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum""")[0].splitlines():
    view, column, column_type = line.split('\t')
    columns.setdefault(view, {})[column] = column_type
ok([view for view in REPORTS if view not in columns], 'the reports are there')

# ---- all files ----

problems, files = [], [path for path in sorted(examples.rglob('*')) if path.is_file()]
for path in files:
    try:
        text = read(path)
        if path.suffix in ('.json', '.pbip', '.pbids', '.pbir', '.pbism') or path.name == '.platform':
            json.loads(text)
        elif path.suffix in ('.yaml', '.yml') or path.name.endswith('.yml.example'):
            yaml.safe_load(text)
        elif path.suffix == '.tds':
            xml.etree.ElementTree.fromstring(text)
    except Exception as error:
        problems.append(f'{short(path)}: {error}')
ok(problems, f'every JSON, YAML and XML file of {len(files)} can be read')
if problems:
    print('1..2')
    sys.exit(1)
named = read(examples / 'README.md')
ok([folder.name for folder in examples.iterdir() if folder.is_dir() and f'{folder.name}/' not in named], 'the README names every folder')

# ---- what is written from the database is what would be written now ----

fresh = work / 'fresh'
run = subprocess.run(['/usr/bin/python3', '-B', str(examples / 'generate'), '--output', str(fresh)], capture_output=True, text=True)
problems = [run.stderr] if run.returncode else []
written = sorted(path.relative_to(fresh) for path in fresh.rglob('*') if path.is_file())
kept = sorted(path.relative_to(examples) for pattern in ('tableau/*.tds', 'powerbi/*/definition/tables/*.tmdl') for path in examples.glob(pattern))
problems += [f'{path}: written, and not kept' for path in written if path not in kept] + [f'{path}: kept, and not written' for path in kept if path not in written]
problems += [f'{path} differs' for path in written if path in kept and read(fresh / path) != read(examples / path)]
ok(problems, 'examples/generate writes what is there (run it with a database that has reports where this fails)')
run = subprocess.run(['/usr/bin/python3', '-B', str(examples / 'generate'), '--output', str(fresh), '--schema', 'nowhere'], capture_output=True, text=True)
ok([] if run.returncode == 1 and run.stderr.startswith('there is no schema "nowhere" with reports') else [run.stderr], 'and says where there is nothing')

# ---- Tableau ----

TABLEAU = {'text': 'string', 'boolean': 'boolean', 'date': 'date', 'timestamp with time zone': 'datetime', 'integer': 'integer', 'bigint': 'integer',
           'numeric': 'real', 'double precision': 'real'}
FUNCTIONS = {'SUM', 'COUNT', 'COUNTD', 'IF', 'THEN', 'ELSE', 'END', 'AND', 'OR', 'NOT', 'RAWSQLAGG_REAL'}


def tableau_sql(formula, view):
    """A calculated field as the SQL that Tableau makes of it."""
    def column(match):
        return f'"{view}"."{match[1]}"'
    raw = re.fullmatch(r'RAWSQLAGG_(?:REAL|INT|STR)\("([^"]*)"((?:, \[[^]]+\])*)\)', formula)
    if raw:
        given = re.findall(r'\[([^]]+)\]', raw[2])
        assert set(re.findall(r'%(\d)', raw[1])) == {str(n + 1) for n in range(len(given))}, 'placeholders and arguments differ'
        return re.sub(r'%(\d)', lambda match: f'"{view}"."{given[int(match[1]) - 1]}"', raw[1])
    words = set(re.findall(r'\b[A-Z]+[A-Z_]*\b', re.sub(r"'[^']*'", '', formula)))
    assert words <= FUNCTIONS, f'{words - FUNCTIONS}'
    text = re.sub(r'\[([^]]+)\]', column, formula)
    return re.sub(r'\bIF\b', 'CASE WHEN', re.sub(r'COUNTD\(', 'count(DISTINCT ', text))


shape, types, missing, calculated, fields = [], [], [], [], 0
sources = {path.stem: xml.etree.ElementTree.fromstring(read(path)) for path in sorted(examples.glob('tableau/*.tds'))}
for view, source in sources.items():
    relation = source.find('./connection/relation')
    if source.tag != 'datasource' or relation is None or relation.get('table') != f'[reports].[{view}]' or \
            relation.get('connection') != source.find('./connection/named-connections/named-connection').get('name'):
        shape.append(f'{view}.tds: the relation is not reports.{view} of its connection')
    for text in xml.etree.ElementTree.tostring(source, encoding='unicode').split("'"):
        if re.search(r'password=', text):
            shape.append(f'{view}.tds has a password')
    seen = {}
    for column in source.findall('column'):
        name, calculation = column.get('name')[1:-1], column.find('calculation')
        if name in seen or column.get('caption') in seen.values():
            shape.append(f'{view}.tds: {name} ({column.get("caption")}) is there twice')
        seen[name] = column.get('caption')
        if (column.get('role'), column.get('type')) not in (('dimension', 'nominal'), ('dimension', 'ordinal'), ('dimension', 'quantitative'), ('measure', 'quantitative')):
            shape.append(f'{view}.tds: {name} is a {column.get("role")} that is {column.get("type")}')
        if calculation is not None:
            fields += 1
            try:
                printed, error = sql(f'SELECT pg_typeof({tableau_sql(calculation.get("formula"), view)}) FROM reports."{view}"')
                found = printed.strip()
                expected = ('bigint', 'integer') if column.get('datatype') == 'integer' else ('double precision', 'numeric')
                if error or found not in expected:
                    calculated.append(f'{view}.tds: {column.get("caption")} is {found} {error}')
            except AssertionError as error:
                calculated.append(f'{view}.tds: {column.get("caption")}: {error}')
        elif TABLEAU.get(columns.get(view, {}).get(name)) != column.get('datatype'):
            types.append(f'{view}.{name} is {columns.get(view, {}).get(name)}, not {column.get("datatype")}')
        if column.get('default-format', '').startswith('p') and column.get('datatype') != 'real':
            types.append(f'{view}.{name} is a percentage and not real')
    missing += [f'{view}.{name}' for name in columns.get(view, {}) if name not in seen]
ok(shape, f'Tableau: {len(sources)} data sources, each of one view')
ok(types, 'Tableau: every column is in the database, with a fitting type')
ok(missing + [view for view in REPORTS if view not in sources], 'Tableau: no column of a report is missing')
ok(calculated, f'Tableau: {fields} calculated fields run, with a fitting type')
totals = [view for view in sources if 'is_total' in columns.get(view, {})]
ok([view for view in totals if sources[view].find("./filter[@column='[is_total]']/groupfilter[@member='false']") is None],
   f'Tableau: {len(totals)} data sources leave out the rows of all teams, so that sums count nothing twice')

# ---- Power BI: the model ----

POWERBI = {'text': 'string', 'boolean': 'boolean', 'date': 'dateTime', 'timestamp with time zone': 'dateTime', 'integer': 'int64', 'bigint': 'int64',
           'numeric': 'double', 'double precision': 'double'}
model = examples / 'powerbi/salesops.SemanticModel/definition'
shape, tables, tags = [], {}, {}
for path in sorted(model.rglob('*.tmdl')):
    depth = 0
    for n, line in enumerate(read(path).split('\n'), 1):
        where = f'{short(path)}:{n}'
        indent = len(line) - len(line.lstrip('\t'))
        if re.match(r'\t* +\t', line) or line.rstrip() != line:
            shape.append(f'{where}: blanks where tabs belong, or at the end')
        if line.startswith(' '):
            shape.append(f'{where}: indented by blanks')
        if line.strip() and indent > depth + 2:
            shape.append(f'{where}: indented by {indent} tabs behind {depth}')
        if line.strip():
            depth = indent
        tag = re.fullmatch(r'\t+lineageTag: ([0-9a-f-]{36})', line)
        if tag and tags.setdefault(tag[1], where) != where:
            shape.append(f'{where}: the lineageTag of {tags[tag[1]]}')


def unquoted(name):
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


for path in sorted(model.glob('tables/*.tmdl')):
    lines = read(path).split('\n')
    head = [line for line in lines if re.match(r'\S', line) and not line.startswith('///')]
    if len(head) != 1 or not head[0].startswith('table '):
        shape.append(f'{short(path)}: not one table')
        continue
    table = unquoted(head[0][len('table '):])
    if table != path.stem:
        shape.append(f'{short(path)}: the table {table}')
    parsed = tables[table] = {'columns': {}, 'measures': {}, 'partition': ''}
    current = None
    for line in lines:
        found = re.fullmatch(r"\t(column|measure|partition) ('(?:[^']|'')+'|\w+)(?: = (.*))?", line)
        if found:
            current = {'kind': found[1], 'expression': found[3]}
            if found[1] == 'partition':
                parsed['partition'] += line + '\n'
            else:
                name = unquoted(found[2])
                if name in parsed[found[1] + 's']:
                    shape.append(f'{short(path)}: {name} is there twice')
                parsed[found[1] + 's'][name] = current
        elif current and current['kind'] == 'partition':
            parsed['partition'] += line + '\n'
        elif current and re.fullmatch(r'\t\t(\w+)(?:: (.*))?', line):
            name, value = re.fullmatch(r'\t\t(\w+)(?:: (.*))?', line).groups()
            current[name] = value
        elif re.match(r'\t\w', line) and not re.match(r'\t(lineageTag|dataCategory|annotation)\b', line):
            shape.append(f'{short(path)}: what is "{line.strip()}"?')
    for name, column in parsed['columns'].items():
        shape += [f'{table}[{name}] has no {key}' for key in ('dataType', 'sourceColumn', 'summarizeBy', 'lineageTag') if not column.get(key)]
        if column.get('sortByColumn') and column['sortByColumn'] not in parsed['columns']:
            shape.append(f'{table}[{name}] is sorted by {column["sortByColumn"]}')
    if 'mode: directQuery' not in parsed['partition'] or f'PostgreSQL.Database(Server, Database,' not in parsed['partition'] or \
            f'[Schema = ReportsSchema, Item = "{table}"]' not in parsed['partition']:
        shape.append(f'{short(path)}: the partition does not read {table} by DirectQuery')
ok(shape, 'Power BI: the model is indented by tabs, its objects are whole, and their tags differ')

types = [f'{table}[{name}] is {columns.get(table, {}).get(column.get("sourceColumn"))}, not {column.get("dataType")}'
         for table, parsed in tables.items() for name, column in parsed['columns'].items()
         if POWERBI.get(columns.get(table, {}).get(column.get('sourceColumn'))) != column.get('dataType')]
ok(types, 'Power BI: every column is in the database, with a fitting type')
ok([f'{view}.{name}' for view in REPORTS for name in columns[view] if name not in [column.get('sourceColumn') for column in tables.get(view, {'columns': {}})['columns'].values()]],
   'Power BI: no column of a report is missing')

problems, measures = [], {}
for table, parsed in tables.items():
    for name, measure in parsed['measures'].items():
        if name.lower() in measures:
            problems.append(f'the measure {name} is in {table} and in {measures[name.lower()]}')
        measures[name.lower()] = table
        if name.lower() in [column.lower() for column in parsed['columns']]:
            problems.append(f'{table}[{name}] is a column and a measure')
for table, parsed in tables.items():
    for name, measure in parsed['measures'].items():
        text = re.sub(r'"[^"]*"', '""', measure['expression'])
        for of, column in re.findall(r"'(\w+)'\[(\w+)\]", text):
            if column not in tables.get(of, {'columns': {}})['columns']:
                problems.append(f'{name}: there is no {of}[{column}]')
        for other in re.findall(r"(?<!')(?<!\w)\[([^]]+)\]", text):
            if other.lower() not in measures:
                problems.append(f'{name}: there is no measure [{other}]')
        if any(text.count(opening) != text.count(closing) for opening, closing in ('()', '[]', '{}')):
            problems.append(f'{name}: brackets do not match')
ok(problems, f'Power BI: {len(measures)} measures, of columns and measures that are there')

# a sum over the teams and all of them together would be twice what it should be
problems = [f'{table}[{name}]' for table, parsed in tables.items() if 'is_total' in parsed['columns']
            for name, column in parsed['columns'].items() if column.get('summarizeBy') != 'none']
problems += [f'{name} sums {table} with the rows of all teams' for table, parsed in tables.items() if 'is_total' in parsed['columns']
             for name, measure in parsed['measures'].items() if 'SUM (' in measure['expression'] and '[is_total] = FALSE ()' not in measure['expression']]
ok(problems, 'Power BI: nothing sums the rows of all teams beside those of the teams')

text = read(model / 'relationships.tmdl')
problems, relationships = [], re.findall(r'relationship \S+\n\tfromColumn: (\w+)\.(\w+)\n\ttoColumn: (\w+)\.(\w+)\n', text)
for table, column, to_table, to_column in relationships:
    if columns.get(table, {}).get(column) != 'date' or columns.get(to_table, {}).get(to_column) != 'date':
        problems.append(f'{table}.{column} to {to_table}.{to_column}')
    if not problems and sql(f'SELECT count(*) - count(DISTINCT "{to_column}") FROM reports."{to_table}"')[0].strip() != '0':
        problems.append(f'{to_table}.{to_column} is not unique')
if len(relationships) != text.count('relationship '):
    problems.append('a relationship is not understood')
text = read(model / 'model.tmdl')
if re.findall(r'^ref table (\w+)$', text, re.M) != REPORTS:
    problems.append('model.tmdl does not name the reports')
if re.findall(r'^expression (\w+) = ".*" meta \[IsParameterQuery=true', read(model / 'expressions.tmdl'), re.M) != ['Server', 'Database', 'ReportsSchema']:
    problems.append('expressions.tmdl does not have the parameters')
ok(problems, 'Power BI: relationships, tables of the model and parameters')

# ---- Power BI: the report ----

report = examples / 'powerbi/salesops.Report'
problems, visuals = [], sorted(report.rglob('visual.json'))


def fields_of(node):
    if isinstance(node, dict):
        for key in ('Column', 'Measure'):
            if key in node and 'Property' in node[key]:
                yield key, node[key]['Expression']['SourceRef'], node[key]['Property']
        for value in node.values():
            yield from fields_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from fields_of(value)


for path in visuals:
    visual = json.loads(read(path))
    aliases = {each['Name']: each['Entity'] for filter_ in visual.get('filterConfig', {}).get('filters', []) for each in filter_['filter']['From']}
    for key, source, name in fields_of(visual):
        table = source.get('Entity') or aliases.get(source.get('Source'))
        if name not in tables.get(table, {'columns': {}, 'measures': {}})[key.lower() + 's']:
            problems.append(f'{short(path)}: there is no {key.lower()} {table}[{name}]')
    if visual['name'] != path.parent.name:
        problems.append(f'{short(path)} is called {visual["name"]}')
pages = json.loads(read(report / 'definition/pages/pages.json'))
if sorted(pages['pageOrder']) != sorted(path.parent.name for path in report.glob('definition/pages/*/page.json')) or pages['activePageName'] not in pages['pageOrder']:
    problems.append('pages.json does not name the pages')
for path, other in (('salesops.pbip', json.loads(read(examples / 'powerbi/salesops.pbip'))['artifacts'][0]['report']['path']),
                    ('salesops.Report', json.loads(read(report / 'definition.pbir'))['datasetReference']['byPath']['path'])):
    base = examples / 'powerbi' / (path if path.endswith('.Report') else '')
    if not (base / other).is_dir():
        problems.append(f'{path} points to {other}')
problems += [f'{short(path)}: {schema}' for path in files if path.suffix in ('.json', '.pbir', '.pbism', '.pbip') and 'powerbi' in path.parts
             for schema in [json.loads(read(path)).get('$schema', 'has no $schema')] if not schema.startswith('https://developer.microsoft.com/json-schemas/fabric/')]
ok(problems, f'Power BI: {len(visuals)} visuals show columns and measures of the model')

# ---- Evidence ----

evidence = examples / 'evidence'
package = json.loads(read(evidence / 'package.json'))
config = yaml.safe_load(read(evidence / 'evidence.config.yaml'))
connection = yaml.safe_load(read(evidence / 'sources/reports/connection.yaml'))
problems = [f'{name} {version}: not an exact version' for each in (package, json.loads(read(examples / 'cube/package.json')))
            for name, version in each['dependencies'].items() if not re.fullmatch(r'\d+\.\d+\.\d+', version)]
problems += [f'{name} is not in package.json' for group in config['plugins'].values() for name in group if name not in package['dependencies']]
if connection['type'] != 'postgres' or connection['name'] != 'reports' or 'password' in connection['options']:
    problems.append('connection.yaml')
ok(problems, 'Evidence and Cube: versions are exact, and a connection has no password')

problems, given = [], {}
sql('CREATE SCHEMA evidence_reports')
for path in sorted(evidence.glob('sources/reports/*.sql')):
    error = sql(f'CREATE VIEW evidence_reports."{path.stem}" AS {read(path)}')[1]
    if error or path.stem not in REPORTS:
        problems.append(f'{short(path)}: {error}')
ok(problems, 'Evidence: the sources run')

problems, queries = [], 0
for path in sorted(evidence.glob('pages/*.md')):
    text, results = read(path), {}
    for name, query in re.findall(r'^```sql (\w+)\n(.*?)^```', text, re.M | re.S):
        queries += 1
        plain = query.replace('reports.', 'evidence_reports.').replace('${inputs.period}', '2026-Q2').replace('${inputs.team.value}', '%')
        printed, error = sql(f'DROP VIEW IF EXISTS page; CREATE TEMP VIEW page AS {plain}; SELECT attname FROM pg_attribute WHERE attrelid = \'page\'::regclass AND attnum > 0; SELECT count(*) FROM page')
        if error or '${' in plain:
            problems.append(f'{short(path)}, {name}: {error}')
            continue
        results[name] = printed.split('\n')[:-2]
        if printed.split('\n')[-2] == '0':
            problems.append(f'{short(path)}, {name}: no row of the sample')
    for component, attributes, inside in re.findall(r'<(\w+)\s+([^>]*?data=\{[^>]*?)(?:/>|>(.*?)</\1>)', text, re.S):
        data = re.search(r'data=\{(\w+)\}', attributes)[1]
        if data not in results:
            problems.append(f'{short(path)}: {component} of {data}')
            continue
        used = re.findall(r"\b(?:x|y|value|column|series|nameCol|valueCol|groupBy)=(\w+)\b", attributes) + re.findall(r"'(\w+)'", ''.join(re.findall(r'\by=\{\[(.*?)\]\}', attributes)))
        used += re.findall(r'<Column id=(\w+)', inside)
        problems += [f'{short(path)}: {data} has no {name}' for name in used if name not in results[data]]
    for link in re.findall(r'\]\(/(\w*)\)', text):
        if not (evidence / 'pages' / f'{link or "index"}.md').is_file():
            problems.append(f'{short(path)}: there is no page {link}')
ok(problems, f'Evidence: {queries} queries of pages run, and what is shown is in them')

# ---- Cube ----

problems, parts, cubes = [], 0, {}
for path in sorted(examples.glob('cube/schema/*.js')):
    text = re.sub(r'^//.*$', '', read(path), flags=re.M)
    text = re.sub(r'single\(`(\w+)`\)', r'`CASE WHEN COUNT(*) = 1 THEN MAX(${CUBE}.\1) END`', text)
    if any(text.count(opening) != text.count(closing) for opening, closing in ('()', '[]', '{}')) or text.count('`') % 2:
        problems.append(f'{short(path)}: brackets do not match')
    for name, body in re.findall(r'^cube\(`(\w+)`, \{\n(.*?)^\}\);', text, re.M | re.S):
        cubes[name] = body
for name, body in cubes.items():
    query, expressions = re.search(r'^  sql: `([^`]+)`', body, re.M)[1], re.findall(r'(?<!^ )\bsql: `((?:[^`])+)`', body[body.index('measures:') if 'measures:' in body else body.index('dimensions:'):])
    for expression in expressions:
        parts += 1
        plain = expression.replace('${CUBE}', 'cube')
        printed, error = sql(f'SELECT {plain} FROM ({query}) AS cube LIMIT 1')
        if error or '${' in plain:
            problems.append(f'{name}: {expression}: {error}')
    for refresh_key in re.findall(r'refreshKey: \{ sql: `([^`]+)`', body):
        if sql(refresh_key)[1]:
            problems.append(f'{name}: {sql(refresh_key)[1]}')
    key = re.search(r'\w+: \{ sql: `([^`]+)`[^}]*primaryKey: true', body.replace('${CUBE}', 'cube'))
    printed, error = sql(f'SELECT count(*) - count(DISTINCT {key[1]}) FROM ({query}) AS cube') if key else ('', 'has no key')
    if printed.strip() != '0':
        problems.append(f'{name}: the primary key is not unique: {printed} {error}')
for join in re.findall(r'sql: `(\$\{CUBE\}\.\w+ = \$\{\w+\}\.\w+)`', cubes['Deals']):
    column, other, other_column = re.fullmatch(r'\$\{CUBE\}\.(\w+) = \$\{(\w+)\}\.(\w+)', join).groups()
    if other not in cubes or column not in columns['pipeline_inspection'] or other_column not in columns['date_dimension']:
        problems.append(join)
ok(problems, f'Cube: {parts} parts of {len(cubes)} cubes run, and every primary key is one')
problems = [name for name, body in cubes.items() if 'is_total' not in body and any(view in body for view in ('reports.forecast_summary', 'reports.coverage', 'reports.movement',
            'reports.stage_aging', 'reports.funnel', 'reports.win_rates'))]
printed, error = sql("""SELECT 'forecast' WHERE (SELECT sum(commit_forecast) FROM reports.forecast_summary WHERE NOT is_total) IS DISTINCT FROM (SELECT sum(commit_forecast) FROM reports.forecast_summary WHERE is_total)
    UNION ALL SELECT 'coverage' WHERE (SELECT sum(open_amount) FROM reports.coverage WHERE NOT is_total) IS DISTINCT FROM (SELECT sum(open_amount) FROM reports.coverage WHERE is_total)
    UNION ALL SELECT 'stage aging' WHERE (SELECT sum(open_deals) FROM reports.stage_aging WHERE NOT is_total) IS DISTINCT FROM (SELECT sum(open_deals) FROM reports.stage_aging WHERE is_total)
    UNION ALL SELECT 'win rates' WHERE (SELECT sum(won_amount) FROM reports.win_rates WHERE NOT is_total) IS DISTINCT FROM (SELECT sum(won_amount) FROM reports.win_rates WHERE is_total)
    UNION ALL SELECT 'net movement' WHERE (SELECT sum(amount) FROM reports.movement WHERE NOT is_total AND movement NOT IN ('start', 'end'))
        IS DISTINCT FROM (SELECT sum(amount) FILTER (WHERE movement = 'end') - sum(amount) FILTER (WHERE movement = 'start') FROM reports.movement WHERE is_total)""")
ok(problems + printed.split('\n')[:-1] + ([error] if error else []), 'the rows of the teams add up to those of all teams')

# ---- dbt: rendered as dbt would, and run in the order of its references ----

dbt = examples / 'dbt'
project = yaml.safe_load(read(dbt / 'dbt_project.yml'))
sources = yaml.safe_load(jinja2.Environment().from_string(read(dbt / 'models/sources.yml')).render(var=lambda name: project['vars'][name]))['sources']
schemas = {(source['name'], table['name']): f'{source["schema"]}.{table["name"]}' for source in sources for table in source['tables']}
macros = ''.join(read(path) for path in sorted(dbt.glob('macros/*.sql')))
models = {path.stem: read(path) for path in sorted(dbt.glob('models/**/*.sql'))}
asked, problems = [], []


def render(name, text, incremental=False):
    """The SQL of a model or a test, and the models that it refers to."""
    used = []

    def ref(model_name):
        used.append(model_name)
        return f'dbt.{model_name}'
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, extensions=['jinja2.ext.do'])
    out = environment.from_string(macros + text).render(
        ref=ref, source=lambda *key: schemas[key], config=lambda **_: '', is_incremental=lambda: incremental, this=f'dbt.{name}',
        var=lambda key, default=None: project['vars'].get(key, default), run_query=asked.append)
    return out.strip(), used


order, waiting = [], dict(models)
while waiting:
    ready = [name for name, text in waiting.items() if set(render(name, text)[1]) <= set(order)]
    if not ready:
        problems.append(f'refer to each other, or to nothing: {", ".join(waiting)}')
        break
    for name in ready:
        order.append(name)
        del waiting[name]
sql('CREATE SCHEMA dbt')
for name in order:
    body = render(name, models[name])[0]
    printed, error = sql(f'CREATE TABLE dbt."{name}" AS {body}')
    if error:
        problems.append(f'{name}: {error}')
    if 'is_incremental' in models[name]:
        printed, error = sql(f'SELECT count(*) > 0 FROM ({render(name, models[name], True)[0]}) AS newer')
        if error or printed.strip() != 't':
            problems.append(f'{name}, incremental: {printed} {error}')
ok(problems, f'dbt: {len(order)} models run, in the order of their references')

problems = []
for path in sorted(dbt.glob('tests/*.sql')):
    printed, error = sql(render(path.stem, read(path))[0])
    if error or printed:
        problems.append(f'{short(path)}: {printed} {error}')
ok(problems, 'dbt: its tests pass')

problems, described = [], yaml.safe_load(read(dbt / 'models/models.yml'))['models']
there = {}
for line in sql("SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relnamespace = 'dbt'::regnamespace AND a.attnum > 0")[0].splitlines():
    there.setdefault(line.split('\t')[0], []).append(line.split('\t')[1])
problems += [f'{name} is not described' for name in models if name not in [each['name'] for each in described]]
for each in described:
    problems += [f'{each["name"]} has no {column["name"]}' for column in each.get('columns', []) if column['name'] not in there.get(each['name'], [])]
for source in sources:
    for table in source['tables']:
        for column in table.get('columns', []):
            if sql(f'SELECT "{column["name"]}" FROM {schemas[source["name"], table["name"]]} LIMIT 0')[1]:
                problems.append(f'{table["name"]} has no {column["name"]}')
semantic = yaml.safe_load(read(dbt / 'models/semantic_models.yml'))
measures = set()
for each in semantic['semantic_models']:
    of = re.fullmatch(r"ref\('(\w+)'\)", each['model'])[1]
    for part in each['entities'] + each['dimensions'] + each['measures']:
        if part.get('expr', part['name']) not in there.get(of, []):
            problems.append(f'{of} has no {part.get("expr", part["name"])}')
    measures |= {part['name'] for part in each['measures']}
names = {each['name'] for each in semantic['metrics']}
for each in semantic['metrics']:
    given = each['type_params']
    problems += [f'{each["name"]}: no measure {given["measure"]}'] if each['type'] == 'simple' and given['measure'] not in measures else []
    problems += [f'{each["name"]}: no metric {given[key]}' for key in ('numerator', 'denominator') if each['type'] == 'ratio' and given[key] not in names]
# a quotient of sums is what the function gives
printed, error = sql("""SELECT m.team FROM (SELECT team, sum(won_deals)::float8 / sum(decided_deals) AS by_count, (sum(won_amount) / nullif(sum(decided_amount), 0))::float8 AS by_amount FROM dbt.deal_measures GROUP BY team) m
    JOIN dbt.team_quality q USING (team) WHERE abs(m.by_count - q.win_rate) > 1e-12 OR abs(m.by_amount - q.win_rate_amount) > 1e-12""")
ok(problems + printed.split('\n')[:-1] + ([error] if error else []), 'dbt: what is described is there, and a ratio of MetricFlow is what the function gives')

problems, asked[:] = [], []
for call in ('salesops_install()', "salesops_attach('salesforce_fivetran', 'salesforce')", 'salesops_refresh()', 'salesops_refresh(true)'):
    render('operation', '{{ ' + call + ' }}')
for statement in asked:
    if 'attach' in statement:
        # there is no connector here: the procedure must only be there
        name = sql("SELECT count(*) > 0 FROM pg_proc WHERE proname = 'attach' AND pronamespace = 'salesops'::regnamespace AND prokind = 'p' AND pronargs - pronargdefaults <= 3 AND pronargs >= 3")[0].strip()
        problems += [statement] if name != 't' else []
    elif sql(statement)[1]:
        problems.append(f'{statement}: {sql(statement)[1]}')
ok(problems + ([] if len(asked) == 5 else [f'{len(asked)} statements']), 'dbt: the operations run')

print(f'1..{number}')
sys.exit(failed > 0)
