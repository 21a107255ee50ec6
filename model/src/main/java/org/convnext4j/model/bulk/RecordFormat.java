package org.convnext4j.model.bulk;

/** How the records of a {@link RecordFile} end: all with a line feed. */
public enum RecordFormat {
    /** JSON lines: a line feed is always the end. */
    JSON_LINES,
    /** CSV (RFC 4180): a line feed between double quotes belongs to the record. */
    CSV
}
