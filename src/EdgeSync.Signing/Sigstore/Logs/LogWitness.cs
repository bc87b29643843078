using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeSync.Signing.Keys;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>
/// A witness of transparency logs: it cosigns the checkpoints that are consistent with all it saw before (C2SP, tlog-cosignature, Ed25519), so that a
/// log cannot show this site another tree than everybody else. Immutable, and safe for use by several threads at once.
/// </summary>
public sealed class LogWitness
{
    private const byte CosignatureKind = 0x04;
    private const int HintSize = 4;
    private const int TimeSize = sizeof(ulong);
    private const int MaxKeyText = 512;

    private readonly byte[] _key;
    private readonly byte[] _hint;

    private LogWitness(string name, byte[] key, byte[] hint)
    {
        Name = name;
        _key = key;
        _hint = hint;
    }

    /// <summary>Its name in checkpoints.</summary>
    public string Name { get; }

    /// <summary>
    /// Reads a verifier key (C2SP, signed-note): name, four bytes of a hash in hexadecimal and the key, joined by '+'. Where it is false,
    /// <paramref name="problem"/> says why.
    /// </summary>
    public static bool TryParse(string verifierKey, [NotNullWhen(true)] out LogWitness? witness, out string problem)
    {
        ArgumentNullException.ThrowIfNull(verifierKey);
        witness = null;

        // Base64 has plus signs too, so that only the first two divide.
        var parts = verifierKey.Length <= MaxKeyText ? verifierKey.Split('+', 3) : [];
        if (parts.Length != 3 || parts[0].Length == 0 || parts[0].Any(IsNoNameCharacter))
        {
            problem = "is no verifier key of the form NAME+HASH+KEY";
            return false;
        }

        if (!StrictBase64.TryDecode(parts[2], out var material) || material.Length == 0)
        {
            problem = "has a key that is not base64";
            return false;
        }

        if (material[0] != CosignatureKind)
        {
            problem = string.Create(
                CultureInfo.InvariantCulture, $"has a key of kind {material[0]}; a witness's is of kind {CosignatureKind} (Ed25519 cosignatures)");
            return false;
        }

        var key = material[1..];
        if (!Ed25519.IsKey(key))
        {
            problem = "has no Ed25519 key that can have a signer";
            return false;
        }

        var hint = SHA256.HashData([.. Encoding.UTF8.GetBytes(parts[0]), (byte)'\n', .. material])[..HintSize];
        if (parts[1] != Convert.ToHexStringLower(hint))
        {
            problem = $"has a hash that is not the one of its name and key, {Convert.ToHexStringLower(hint)}; copy it again";
            return false;
        }

        problem = "";
        witness = new LogWitness(parts[0], key, hint);
        return true;
    }

    /// <summary>Whether both are the same witness, regardless of their names.</summary>
    public bool HasKeyOf(LogWitness other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return _key.AsSpan().SequenceEqual(other._key);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether this witness cosigned; null if no line of the checkpoint is by it. Each of its lines must be valid.</summary>
    internal bool? HasCosigned(Checkpoint checkpoint)
    {
        bool? holds = null;
        foreach (var line in checkpoint.Signatures)
        {
            if (line.Name == Name && line.KeyHint.Span.SequenceEqual(_hint))
            {
                holds = holds is not false && Verify(checkpoint, line.Signature.Span);
            }
        }

        return holds;
    }

    private bool Verify(Checkpoint checkpoint, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != TimeSize + Ed25519.SignatureSize)
        {
            return false;
        }

        var time = BinaryPrimitives.ReadUInt64BigEndian(signature);
        var head = string.Create(CultureInfo.InvariantCulture, $"cosignature/v1\ntime {time}\n");
        return time <= long.MaxValue && Ed25519.Verify(_key, [.. Encoding.ASCII.GetBytes(head), .. checkpoint.SignedText], signature[TimeSize..]);
    }

    private static bool IsNoNameCharacter(char character) => char.IsWhiteSpace(character) || char.IsControl(character) || char.IsSurrogate(character);
}
