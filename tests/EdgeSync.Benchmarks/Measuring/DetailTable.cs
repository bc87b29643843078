namespace EdgeSync.Benchmarks.Measuring;

/// <summary>Rows behind a value.</summary>
internal sealed record DetailTable(string Title, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);
