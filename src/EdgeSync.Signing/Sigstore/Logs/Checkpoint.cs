using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EdgeSync.Signing.Text;

namespace EdgeSync.Signing.Sigstore.Logs;

/// <summary>A log's signed tree head (C2SP, tlog-checkpoint and signed-note), read, but not verified yet.</summary>
internal sealed class Checkpoint
{
    private const string SignatureStart = "\u2014 ";
    private const int KeyHintSize = 4;
    private const int MaxSignatures = 32;
    private const int MaxLines = 16;

    private Checkpoint(string origin, long size, byte[] rootHash, byte[] signedText, IReadOnlyList<CheckpointSignature> signatures)
    {
        Origin = origin;
        Size = size;
        RootHash = rootHash;
        SignedText = signedText;
        Signatures = signatures;
    }

    public string Origin { get; }

    public long Size { get; }

    public byte[] RootHash { get; }

    /// <summary>What the signatures are over: the lines before the blank one, each with its end.</summary>
    public byte[] SignedText { get; }

    public IReadOnlyList<CheckpointSignature> Signatures { get; }

    public static bool TryParse(string text, [NotNullWhen(true)] out Checkpoint? checkpoint, out string problem)
    {
        checkpoint = null;
        var split = text.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (split < 0 || !text.EndsWith('\n') || HasControls(text))
        {
            problem = "the checkpoint is no signed note";
            return false;
        }

        var body = text[..(split + 1)];
        var lines = body.Split('\n')[..^1];
        if (lines.Length is < 3 or > MaxLines || lines.Any(line => line.Length == 0))
        {
            problem = "the checkpoint does not have an origin, a size and a root hash";
            return false;
        }

        if (!TryReadSize(lines[1], out var size) || !StrictBase64.TryDecode(lines[2], out var root) || root.Length != SHA256.HashSizeInBytes)
        {
            problem = "the checkpoint's size or root hash is not one";
            return false;
        }

        var signatures = ReadSignatures(text[(split + 2)..], out problem);
        checkpoint = signatures is null ? null : new Checkpoint(lines[0], size, root, Encoding.UTF8.GetBytes(body), signatures);
        return checkpoint is not null;
    }

    private static bool TryReadSize(string line, out long size) =>
        long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out size)
        && line.Length < 20 && (line[0] != '0' || line.Length == 1);

    // signed-note allows no control characters but line ends; a lone surrogate would become another text when it is encoded.
    private static bool HasControls(string text)
    {
        foreach (var character in text)
        {
            if (character is (< ' ' and not '\n') or '\u007f' || char.IsSurrogate(character))
            {
                return true;
            }
        }

        return false;
    }

    private static List<CheckpointSignature>? ReadSignatures(string text, out string problem)
    {
        var lines = text.Split('\n')[..^1];
        if (lines.Length is 0 or > MaxSignatures)
        {
            problem = $"the checkpoint does not have 1 to {MaxSignatures} signatures";
            return null;
        }

        var signatures = new List<CheckpointSignature>(lines.Length);
        foreach (var line in lines)
        {
            var parts = line.StartsWith(SignatureStart, StringComparison.Ordinal) ? line[SignatureStart.Length..].Split(' ') : [];
            if (parts.Length != 2 || parts[0].Length == 0 || parts[0].Contains('+', StringComparison.Ordinal)
                || !StrictBase64.TryDecode(parts[1], out var bytes) || bytes.Length <= KeyHintSize)
            {
                problem = "a signature line of the checkpoint is none";
                return null;
            }

            signatures.Add(new CheckpointSignature(parts[0], bytes.AsMemory(0, KeyHintSize), bytes.AsMemory(KeyHintSize)));
        }

        problem = "";
        return signatures;
    }
}
