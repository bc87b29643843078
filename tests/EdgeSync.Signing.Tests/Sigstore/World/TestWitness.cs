using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeSync.Signing.Sigstore.Logs;
using EdgeSync.Signing.Tests.Keys;

namespace EdgeSync.Signing.Tests.Sigstore.World;

/// <summary>A witness that cosigns every checkpoint it gets (C2SP, tlog-cosignature).</summary>
internal sealed class TestWitness(string name, int seed)
{
    private const byte Kind = 4;
    private readonly TestEdwardsKey _key = new(new Random(seed));

    public string VerifierKey => $"{name}+{Convert.ToHexStringLower(Hint)}+{Convert.ToBase64String(Material)}";

    public LogWitness Read()
    {
        Assert.True(LogWitness.TryParse(VerifierKey, out var witness, out var problem), problem);
        return witness;
    }

    /// <summary>The checkpoint with this witness's line after the others.</summary>
    public string Cosign(string checkpoint, ulong? time = null) => checkpoint + Line(checkpoint, time);

    /// <summary>This witness's line over the text of the checkpoint.</summary>
    public string Line(string checkpoint, ulong? time = null)
    {
        var at = time ?? (ulong)TestWorld.Now.ToUnixTimeSeconds();
        var note = checkpoint[..(checkpoint.LastIndexOf("\n\n", StringComparison.Ordinal) + 1)];
        var signature = _key.Sign(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {at}\n{note}")));
        var stamp = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(stamp, at);
        return $"\u2014 {name} {Convert.ToBase64String([.. Hint, .. stamp, .. signature])}\n";
    }

    private byte[] Material => [Kind, .. _key.PublicKey];

    private byte[] Hint => SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', .. Material])[..4];
}
