using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeSync.Signing.Notation.Certificates;

/// <summary>Finds out whether a certificate says where its revocation would be published.</summary>
internal static class RevocationSource
{
    private const string RevocationListOid = "2.5.29.31";

    public static bool IsNamedBy(X509Certificate2 certificate)
    {
        foreach (var extension in certificate.Extensions)
        {
            if (extension.Oid?.Value == RevocationListOid || (extension is X509AuthorityInformationAccessExtension access && HasResponder(access)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasResponder(X509AuthorityInformationAccessExtension access)
    {
        try
        {
            return access.EnumerateOcspUris().Any();
        }
        catch (CryptographicException)
        {
            // An unreadable extension may name one.
            return true;
        }
    }
}
