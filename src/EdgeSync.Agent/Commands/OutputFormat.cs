namespace EdgeSync.Agent.Commands;

/// <summary>The output formats of a verb.</summary>
internal enum OutputFormat
{
    Table,
    Json,
}
