using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Primitives.Text;

/// <summary>The one place that takes secrets out of text that a person or a log may see.</summary>
public static class Redactor
{
    /// <summary>What replaces a secret.</summary>
    public const string Mask = "***";

    /// <summary>The URL without user name, password, query values and fragment.</summary>
    [return: NotNullIfNotNull(nameof(uri))]
    public static string? Url(Uri? uri)
    {
        if (uri is null || !uri.IsAbsoluteUri)
        {
            return uri is null ? null : Relative(uri.OriginalString);
        }

        var user = uri.UserInfo.Length > 0 ? Mask + "@" : "";
        var query = uri.Query.Length > 0 ? "?" + Mask : "";
        return $"{uri.Scheme}://{user}{uri.Authority}{uri.AbsolutePath}{query}";
    }

    // A relative URL has no parts to ask for; a Location header may well be one, with a token in its query.
    private static string Relative(string text)
    {
        var end = text.AsSpan().IndexOfAny('?', '#');
        var path = end < 0 ? text : text[..end];
        if (path.StartsWith("//", StringComparison.Ordinal))
        {
            var slash = path.IndexOf('/', 2);
            var authority = slash < 0 ? path[2..] : path[2..slash];
            var at = authority.LastIndexOf('@');
            path = at < 0 ? path : $"//{Mask}{authority[at..]}{(slash < 0 ? "" : path[slash..])}";
        }

        return end >= 0 && text[end] == '?' ? $"{path}?{Mask}" : path;
    }
}
