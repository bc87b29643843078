using System.Text;
using EdgeSync.Agent.Configuration;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Notation;
using EdgeSync.Signing.Notation.Stores;
using EdgeSync.Signing.Policies;

namespace EdgeSync.Agent.Trust;

/// <summary><c>x509</c> of an authority: a trust store of Notation, and who counts under it.</summary>
internal sealed class CertificateReader(string folder)
{
    private const int MaxStoreBytes = 1 << 20;
    private const string Prefix = "x509.subject:";

    public TrustAuthority.ByCertificate? Read(SectionReader reader, string name)
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

    // All files under one key are one store.
    private bool AddStore(SectionReader reader, string key, NotationStoreKind kind, string name, List<NotationTrustStore> stores)
    {
        var pem = new StringBuilder();
        var isWhole = true;
        foreach (var item in reader.TextItems(key))
        {
            if (item.Text.Contains("-----BEGIN", StringComparison.Ordinal))
            {
                pem.Append(item.Text).Append('\n');
            }
            else if (folder.Length == 0)
            {
                item.Fault("names a file, and this policy travels without any; write the certificates themselves");
                isWhole = false;
            }
            else if (BoundedFile.Read(Path.GetFullPath(item.Text, folder), MaxStoreBytes, out var unreadable) is { } bytes)
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

    private static List<NotationIdentity> ReadIdentities(SectionReader reader, ref bool isWhole)
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
