/*
 * A client of the JDBC driver: runs the jobs of a file and prints what it got, and what the driver says of the views.
 *
 *   java -cp postgresql.jar Client.java URL USER PASSWORD FETCH-SIZE SCHEMA JOBS
 *
 * What is printed is described in test/clients/answers.pl.  With a fetch size every query is read in portions by a cursor, which the
 * driver does within a transaction only, and values come in binary; with 0 a result comes whole, and as text.
 */
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.*;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

class Client {
    static final PrintStream out = new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), false, StandardCharsets.UTF_8);
    static Connection connection;
    static int fetchSize;

    static String type(int jdbcType, String name) {
        switch (jdbcType) {
            case Types.VARCHAR: return "text";
            case Types.BIT: case Types.BOOLEAN: return "bool";
            case Types.SMALLINT: return "int2";
            case Types.INTEGER: return "int4";
            case Types.BIGINT: return "int8";
            case Types.DOUBLE: return "float8";
            case Types.NUMERIC: return "numeric";
            case Types.DATE: return "date";
            case Types.TIMESTAMP: case Types.TIMESTAMP_WITH_TIMEZONE: return name;
            default: return "unknown(" + jdbcType + " " + name + ")";
        }
    }

    static String seconds(int nano) {
        return nano == 0 ? "" : String.format(".%09d", nano).replaceAll("0+$", "");
    }

    static String value(ResultSet rows, int column, String type) throws SQLException {
        Object o = rows.getObject(column);
        if (o == null) return "\\N";
        switch (type) {
            case "bool": return rows.getBoolean(column) ? "t" : "f";
            case "numeric": return ((BigDecimal) o).toPlainString();
            case "float8": return Double.toString((Double) o);
            case "date": return rows.getObject(column, LocalDate.class).toString();
            case "timestamp": {
                LocalDateTime t = rows.getObject(column, LocalDateTime.class);
                return t.format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss")) + seconds(t.getNano());
            }
            case "timestamptz": {
                java.time.ZonedDateTime t = rows.getObject(column, OffsetDateTime.class).atZoneSameInstant(ZoneId.systemDefault());
                if (!t.toInstant().equals(rows.getTimestamp(column).toInstant())) return "two instants from one value";
                return t.format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss")) + seconds(t.getNano());
            }
            default: return escape(o.toString());
        }
    }

    static String escape(String s) {
        return s.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r");
    }

    static boolean put(ResultSet rows, boolean described) throws SQLException {
        ResultSetMetaData about = rows.getMetaData();
        int columns = about.getColumnCount();
        String[] types = new String[columns + 1];
        StringBuilder line = new StringBuilder();
        for (int c = 1; c <= columns; c++) {
            types[c] = type(about.getColumnType(c), about.getColumnTypeName(c));
            line.append(escape(about.getColumnLabel(c))).append(':').append(types[c]).append(c == columns ? '\n' : '\t');
        }
        if (!described) out.print(line);
        while (rows.next()) {
            line.setLength(0);
            for (int c = 1; c <= columns; c++) line.append(value(rows, c, types[c])).append(c == columns ? '\n' : '\t');
            out.print(line);
        }
        return true;
    }

    static void run(String name, String body) throws SQLException {
        out.println("== " + name);
        List<String[]> parameters = new ArrayList<>();
        while (body.startsWith("? ")) {
            String line = body.substring(2, body.indexOf('\n'));
            parameters.add(line.split(" ", 2));
            body = body.substring(body.indexOf('\n') + 1);
        }
        // what begins and ends transactions by itself is left to do so
        boolean sequence = body.contains("\n;;\n");
        connection.setAutoCommit(sequence || fetchSize == 0);
        try {
            boolean described = false;
            for (String sql : body.split("\n;;\n")) {
                if (!parameters.isEmpty() || (fetchSize > 0 && !sequence)) {
                    try (PreparedStatement statement = connection.prepareStatement(sql)) {
                        for (int i = 0; i < parameters.size(); i++) {
                            String value = parameters.get(i)[1];
                            switch (parameters.get(i)[0]) {
                                case "date": statement.setDate(i + 1, Date.valueOf(value)); break;
                                case "int": statement.setInt(i + 1, Integer.parseInt(value)); break;
                                case "float": statement.setDouble(i + 1, Double.parseDouble(value)); break;
                                case "numeric": statement.setBigDecimal(i + 1, new BigDecimal(value)); break;
                                default: statement.setString(i + 1, value);
                            }
                        }
                        statement.setFetchSize(fetchSize);
                        // the sixth execution is of the plan that the server keeps
                        for (int n = 1; n < (parameters.isEmpty() ? 1 : 7); n++)
                            try (ResultSet rows = statement.executeQuery()) { while (rows.next()) { } }
                        try (ResultSet rows = statement.executeQuery()) { described = put(rows, described); }
                    }
                } else {
                    try (Statement statement = connection.createStatement()) {
                        boolean isRows = statement.execute(sql);
                        while (isRows || statement.getUpdateCount() != -1) {
                            if (isRows) try (ResultSet rows = statement.getResultSet()) { described = put(rows, described); }
                            isRows = statement.getMoreResults();
                        }
                    }
                }
            }
            if (!connection.getAutoCommit()) connection.commit();
        } catch (SQLException e) {
            out.println("!! " + e.getSQLState() + " " + e.getMessage().replace('\n', ' '));
            if (!connection.getAutoCommit()) connection.rollback();
        }
    }

    static void metadata(String schema) throws SQLException {
        DatabaseMetaData about = connection.getMetaData();
        out.println("== @schemas");
        try (ResultSet rows = about.getSchemas()) {
            while (rows.next()) if (rows.getString("TABLE_SCHEM").equals(schema)) out.println(schema);
        }
        out.println("== @views");
        try (ResultSet rows = about.getTables(null, schema, "%", new String[] {"VIEW"})) {
            while (rows.next()) out.println(rows.getString("TABLE_NAME") + "\t" + rows.getString("TABLE_TYPE"));
        }
        out.println("== @columns");
        try (ResultSet rows = about.getColumns(null, schema, "%", "%")) {
            while (rows.next())
                out.println(rows.getString("TABLE_NAME") + "\t" + rows.getString("COLUMN_NAME") + "\t" + type(rows.getInt("DATA_TYPE"), rows.getString("TYPE_NAME")));
        }
        out.println("== @comments");
        try (ResultSet rows = about.getColumns(null, schema, "%", "%")) {
            while (rows.next())
                out.println(rows.getString("TABLE_NAME") + "\t" + rows.getString("COLUMN_NAME") + "\t" + escape(String.valueOf(rows.getString("REMARKS"))));
        }
        try (ResultSet rows = about.getTables(null, schema, "%", new String[] {"VIEW"})) {
            while (rows.next()) out.println(rows.getString("TABLE_NAME") + "\t\t" + escape(String.valueOf(rows.getString("REMARKS"))));
        }
        // what a tool asks about a table before it joins it: a view has neither keys nor indexes, and none of it may fail
        out.println("== @keys");
        ResultSet[] keys = {about.getPrimaryKeys(null, schema, "coverage"), about.getImportedKeys(null, schema, "coverage"), about.getExportedKeys(null, schema, "coverage"),
            about.getIndexInfo(null, schema, "coverage", false, true)};
        for (ResultSet rows : keys) {
            while (rows.next()) out.println("a key or an index of a view");
            rows.close();
        }
        out.println("== @functions");
        try (ResultSet rows = about.getFunctions(null, "salesops", "%")) {
            while (rows.next()) out.println(rows.getString("FUNCTION_NAME"));
        }
        try (ResultSet rows = about.getProcedures(null, "salesops", "%")) {
            while (rows.next()) out.println(rows.getString("PROCEDURE_NAME"));
        }
        // every argument and every type, as DBeaver and others list them
        int arguments = 0;
        try (ResultSet rows = about.getFunctionColumns(null, "salesops", "%", "%")) {
            while (rows.next()) if (rows.getString("TYPE_NAME") == null) out.println("an argument without a type"); else arguments++;
        }
        int known = 0;
        try (ResultSet rows = about.getUDTs(null, "salesops", "%", null)) { while (rows.next()) known++; }
        if (arguments == 0 || known == 0) out.println("no arguments or no types");
    }

    public static void main(String[] a) throws Exception {
        connection = DriverManager.getConnection(a[0], a[1], a[2]);
        fetchSize = Integer.parseInt(a[3]);
        metadata(a[4]);
        String jobs = "\n" + Files.readString(Path.of(a[5]));
        for (String job : jobs.split("\n== ")) {
            if (job.isBlank()) continue;
            int end = job.indexOf('\n');
            run(job.substring(0, end), job.substring(end + 1));
        }
        connection.close();
        out.flush();
    }
}
