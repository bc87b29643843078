namespace EdgeSync.Testbed.Peers;

/// <summary>What a program said and how it ended.</summary>
public sealed record ToolResult(string Command, int ExitCode, string Output, string Error)
{
    /// <summary>This result, if the program ended with 0; otherwise a failure with all it said.</summary>
    public ToolResult EnsureSuccess() =>
        ExitCode == 0 ? this : throw new TestbedException("ToolFailed", $"{Command} ended with {ExitCode}.\n{Error}{Output}") { Subject = Command };
}
