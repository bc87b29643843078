using System.Text.RegularExpressions;

namespace EdgeSync.Agent.Configuration;

/// <summary>The rule for a repository in a registry, <c>host[:port]/path</c>, as the OCI distribution specification has it.</summary>
internal static partial class RepositoryName
{
    private const int MaxLength = 255;

    public static bool IsHost(string text)
    {
        var match = Host().Match(text);
        return match.Success && (!match.Groups["port"].Success || ushort.TryParse(match.Groups["port"].ValueSpan, out var port) && port > 0);
    }

    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (text.Contains("://", StringComparison.Ordinal))
        {
            return $"'{text}' is a URL; write it without '{text[..(text.IndexOf("://", StringComparison.Ordinal) + 3)]}'";
        }

        if (slash < 0 || !IsHost(text[..slash]) || !text[..slash].AsSpan().ContainsAny(".:") && text[..slash] != "localhost")
        {
            return $"'{text}' has no registry host; write HOST[:PORT]/REPOSITORY";
        }

        if (text.Contains('@', StringComparison.Ordinal) || text[slash..].Contains(':', StringComparison.Ordinal))
        {
            return $"'{text}' has a tag or digest; write the repository alone, the tag is the channel's name";
        }

        return text.Length <= MaxLength && RepositoryPath().IsMatch(text[(slash + 1)..])
            ? null
            : $"'{text}' is not a repository; after the host use lower-case letters, digits and . _ - between slashes";
    }

    [GeneratedRegex(@"\A(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.]{2,45}\])(?::(?<port>[0-9]{1,5}))?\z")]
    private static partial Regex Host();

    [GeneratedRegex(@"\A[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*\z")]
    private static partial Regex RepositoryPath();
}
