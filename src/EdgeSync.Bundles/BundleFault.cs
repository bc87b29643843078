namespace EdgeSync.Bundles;

/// <summary>One thing that is wrong with a bundle or with the folder of one.</summary>
/// <param name="Message">What is wrong, and what to do.</param>
/// <param name="File">The file, relative to the bundle's folder; null where none is meant.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column, from 1.</param>
public sealed record BundleFault(string Message, string? File = null, int Line = 1, int Column = 1)
{
    /// <summary>As compilers write it: <c>file:line:column: message</c>.</summary>
    public override string ToString() => File is null ? Message : $"{File}:{Line}:{Column}: {Message}";
}
