using System.Diagnostics.CodeAnalysis;

namespace EdgeSync.Primitives.Text;

/// <summary>The one place that takes secrets out of text that a person or a log may see.</summary>
public static class Redactor
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Mask = "***";

    /// <summary>The URL without user name, password, query values and fragment.</summary>
    [return: NotNullIfNotNull(nameof(uri))]
    public static string? Url(Uri? uri)
    {
        if (uri is null || !uri.IsAbsoluteUri)
        {
            return uri?.ToString();
        }

        var user = uri.UserInfo.Length > 0 ? Mask + "@" : "";
        var query = uri.Query.Length > 0 ? "?" + Mask : "";
        return $"{uri.Scheme}://{user}{uri.Authority}{uri.AbsolutePath}{query}";
    }
}
