using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Hq.Authentication;

/// <summary>The rule for the names of users and tokens.</summary>
internal static class UserName
{
    public const string Rule = "use 1 to 64 letters, digits, dots, dashes, underscores and '@'";
    private const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_@");

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength } && !text.AsSpan().ContainsAnyExcept(Allowed);
}
