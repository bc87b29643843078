using System.Text;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Policies;
using EdgeSync.Yaml;

namespace EdgeSync.Agent.Trust;

/// <summary>Reads <c>x509</c> of an authority: a trust store of Notation, and the subjects that it accepts.</summary>
internal static class CertificateReader
{
    private const int MaxStoreBytes = 1 << 20;
    private const string Prefix = "x509.subject:";

    public static TrustAuthority.ByCertificate? Read(YamlSection reader, string name)
    {
        var stores = new List<NotationTrustStore>();
        var isWhole = AddStore(reader, "certificates", NotationStoreKind.CertificateAuthority, name, stores)
            & AddStore(reader, "signingAuthorities", NotationStoreKind.SigningAuthority, name, stores)
            & AddStore(reader, "timestampAuthorities", NotationStoreKind.TimestampAuthority, name, stores);
        var identities = ReadIdentities(reader, ref isWhole);
        var level = reader.Choice("level", NotationLevel.Strict, ("strict", NotationLevel.Strict), ("permissive", NotationLevel.Permissive));
        var use = reader.Choice(
            "timestamps", NotationTimestampUse.Always,
            ("always", NotationTimestampUse.Always), ("afterCertExpiry", NotationTimestampUse.AfterCertificateExpiry));
        if (!isWhole)
        {
            return null;
        }

        var faults = NotationTrust.FindFaults(stores, identities, level);
        foreach (var fault in faults)
        {
            reader.Fault("", fault);
        }

        return faults.Count == 0 ? new TrustAuthority.ByCertificate(name, new NotationTrust(stores, identities, level, use)) : null;
    }

    // The files of one key make one store.
    private static bool AddStore(YamlSection reader, string key, NotationStoreKind kind, string name, List<NotationTrustStore> stores)
    {
        var pem = new StringBuilder();
        var isWhole = true;
        foreach (var item in reader.TextItems(key))
        {
            if (item.Text.Contains("-----BEGIN", StringComparison.Ordinal))
            {
                pem.Append(item.Text).Append('\n');
            }
            else if (reader.File.Folder.Length == 0)
            {
                item.Fault("names a file, and this policy travels without any; write the certificates themselves");
                isWhole = false;
            }
            else if (BoundedFile.Read(Path.GetFullPath(item.Text, reader.File.Folder), MaxStoreBytes, out var unreadable) is { } bytes)
            {
                pem.Append(Encoding.UTF8.GetString(bytes)).Append('\n');
            }
            else
            {
                item.Fault(unreadable);
                isWhole = false;
            }
        }

        if (pem.Length == 0)
        {
            return isWhole;
        }

        if (NotationTrustStore.TryRead(kind, name, pem.ToString(), out var store, out var problem))
        {
            stores.Add(store);
            return isWhole;
        }

        reader.Fault(key, $"cannot be used: {problem}");
        return false;
    }

    private static List<NotationIdentity> ReadIdentities(YamlSection reader, ref bool isWhole)
    {
        var identities = new List<NotationIdentity>();
        foreach (var item in reader.TextItems("identities"))
        {
            var text = item.Text == "*" || item.Text.StartsWith(Prefix, StringComparison.Ordinal) ? item.Text : Prefix + item.Text;
            if (NotationIdentity.TryParse(text, out var identity, out var problem))
            {
                identities.Add(identity);
            }
            else
            {
                item.Fault(problem);
                isWhole = false;
            }
        }

        return identities;
    }
}
