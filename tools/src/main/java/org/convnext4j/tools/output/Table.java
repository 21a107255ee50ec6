package org.convnext4j.tools.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Lines of columns for people to read. */
public final class Table {
    private final String indent;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String indent) {
        this.indent = indent;
    }

    /** Adds a line; the last cell may be of any length. */
    public Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(Printable.cell(String.valueOf(cell)));
        }
        rows.add(row);
        return this;
    }

    /** Prints all lines, every column but the last as wide as its widest cell. */
    public void print(PrintWriter out) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size() - 1; i++) {
                if (i == widths.size()) {
                    widths.add(0);
                }
                widths.set(i, Math.max(widths.get(i), row.get(i).length()));
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                line.append(cell);
                if (i < row.size() - 1) {
                    line.append(" ".repeat(widths.get(i) - cell.length() + 2));
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
