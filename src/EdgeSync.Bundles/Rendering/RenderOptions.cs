namespace EdgeSync.Bundles.Rendering;

/// <summary>How kustomizations and charts are rendered.</summary>
public sealed record RenderOptions
{
    /// <summary>Whether nothing may be fetched. Default: false.</summary>
    public bool IsOffline { get; init; }

    /// <summary>The folders in which the programs are looked for. Default: the environment's <c>PATH</c>.</summary>
    public IReadOnlyList<string> ProgramFolders { get; init; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>How long one run of a program may take. Default: 5 minutes.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The clock of the time limit.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
