using System.Net;

namespace EdgeSync.Oci.Registries;

/// <summary>Where a redirect may lead: never from HTTPS to HTTP, never with a name and password in the address, and not for ever.</summary>
internal static class RedirectRules
{
    public const int MaxHops = 5;

    public static bool IsRedirect(HttpStatusCode status) => status
        is HttpStatusCode.MovedPermanently
        or HttpStatusCode.Found
        or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect
        or HttpStatusCode.PermanentRedirect;

    /// <summary>Whether both have the same scheme, host and port: only then may credentials travel along.</summary>
    public static bool IsSameOrigin(Uri left, Uri right) =>
        Uri.Compare(left, right, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;

    /// <summary>The address that a Location header means. Throws <see cref="RegistryException"/> where it must not be followed.</summary>
    public static Uri Follow(Uri current, Uri? location)
    {
        if (location is null)
        {
            throw RegistryFaults.Violation(current, "the answer names no place to go on");
        }

        var target = location.IsAbsoluteUri ? location : new Uri(current, location);
        if (target.Scheme != Uri.UriSchemeHttps && !(target.Scheme == Uri.UriSchemeHttp && current.Scheme == Uri.UriSchemeHttp))
        {
            throw RegistryFaults.Violation(current, $"it leads to {target.Scheme}, which is not followed from {current.Scheme}");
        }

        return target.UserInfo.Length == 0 ? target : throw RegistryFaults.Violation(current, "it leads to an address with credentials in it");
    }
}
