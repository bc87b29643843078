using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>A transparency log: its key, its name in checkpoints, and trees that it signs.</summary>
internal sealed class TestLog(string name, string origin)
{
    public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Name => name;

    public string Origin => origin;

    public byte[] Id => TestWorld.IdOf(Key);

    public string Note(long size, byte[] root, string? ownOrigin = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{ownOrigin ?? origin}\n{size}\n{Convert.ToBase64String(root)}\n");

    public string SignatureLine(string note, string? ownName = null, byte[]? hint = null)
    {
        var signature = Key.SignData(Encoding.UTF8.GetBytes(note), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return $"\u2014 {ownName ?? name} {Convert.ToBase64String([.. (hint ?? Id)[..4], .. signature])}\n";
    }

    public string Checkpoint(long size, byte[] root)
    {
        var note = Note(size, root);
        return $"{note}\n{SignatureLine(note)}";
    }

    public byte[] Promise(byte[] body, long time, long index)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"body":"{{Convert.ToBase64String(body)}}","integratedTime":{{time}},"logID":"{{Convert.ToHexStringLower(Id)}}","logIndex":{{index}}}""");
        return Key.SignData(Encoding.UTF8.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }
}
