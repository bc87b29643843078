using System.Text;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Primitives.Text;

namespace EdgeSync.Agent.Interlocks;

/// <summary>
/// Looks whether a file is there, whether it is not, or what it says. A folder counts as there, and so does a pipe or a device, which has no content. A file
/// system that hangs holds one thread at most.
/// </summary>
/// <param name="path">The full path.</param>
/// <param name="wish">What allows the activation.</param>
/// <param name="content">What the file must say, without blanks at its ends; for <see cref="FileWish.Content"/>.</param>
internal sealed class FileProbe(string path, FileWish wish, string content = "") : IProbe
{
    /// <summary>The most bytes that are read.</summary>
    public const int MaxContent = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private Task<ProbeAnswer> _look = Task.FromResult(ProbeAnswer.Unknown(""));

    public async Task<ProbeAnswer> AskAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        if (_look.IsCompleted)
        {
            _look = Task.Run(Look, CancellationToken.None);
        }

        try
        {
            return await _look.WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            return ProbeAnswer.Unknown($"the file system of '{path}' does not answer within {Patience.TotalSeconds:0} s");
        }
    }

    private ProbeAnswer Look()
    {
        try
        {
            var attributes = File.GetAttributes(path);
            return attributes.HasFlag(FileAttributes.ReparsePoint) && !LeadsSomewhere() ? ProbeAnswer.Unknown($"'{path}' is a link that leads nowhere")
                : wish == FileWish.Content ? LookInside(attributes)
                : ProbeAnswer.Of(wish == FileWish.Present, $"'{path}' is there");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return ProbeAnswer.Of(wish == FileWish.Absent, $"'{path}' is missing");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ProbeAnswer.Unknown($"'{path}' cannot be looked at: {(failure is UnauthorizedAccessException ? "this user may not open its folder" : FaultText.Describe(failure))}");
        }
    }

    private ProbeAnswer LookInside(FileAttributes attributes)
    {
        if (attributes.HasFlag(FileAttributes.Directory))
        {
            return ProbeAnswer.Unknown($"'{path}' is a folder, and a file is expected");
        }

        // To open a pipe may wait for ever.
        if (RegularFile.LengthOf(path) is null or 0)
        {
            return ProbeAnswer.Closed($"'{path}' is empty, or no regular file");
        }

        if (BoundedFile.Read(path, MaxContent, out var problem) is not { } bytes)
        {
            return ProbeAnswer.Unknown(problem);
        }

        var said = Encoding.UTF8.GetString(bytes).Trim();
        return ProbeAnswer.Of(said == content, $"'{path}' does not say '{content}'", ShortText.Of(OneLine.Of(said), ProbeAnswer.MaxSaid));
    }

    private bool LeadsSomewhere() => File.ResolveLinkTarget(path, returnFinalTarget: true) is { Exists: true };
}

/// <summary>What a <see cref="FileProbe"/> wants.</summary>
internal enum FileWish
{
    Present,
    Absent,
    Content,
}
