namespace EdgeSync.Agent.Commands;

/// <summary>The forms in which a verb prints.</summary>
internal enum OutputFormat
{
    Table,
    Json,
}
