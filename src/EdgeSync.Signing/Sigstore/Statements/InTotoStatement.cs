using System.Diagnostics.CodeAnalysis;
using EdgeSync.Primitives;
using EdgeSync.Signing.Sigstore.Bundles;
using EdgeSync.Signing.Sigstore.Json;

namespace EdgeSync.Signing.Sigstore.Statements;

/// <summary>
/// An in-toto statement (in-toto/attestation, v0.1 and v1): something is said of some artifacts. What its predicate means is for the policy; a statement
/// of another predicate type than <see cref="CosignSignature"/> is no signature of an image.
/// </summary>
public sealed class InTotoStatement
{
    /// <summary>The payload type of an envelope that holds a statement.</summary>
    public const string PayloadType = "application/vnd.in-toto+json";

    /// <summary>The predicate type by which cosign 3 signs an image.</summary>
    public const string CosignSignature = "https://sigstore.dev/cosign/sign/v1";

    /// <summary>The most subjects that are read.</summary>
    public const int MaxSubjects = 1024;

    private const int MaxText = 4096;

    private InTotoStatement(string type, IReadOnlyList<StatementSubject> subjects, string predicateType, ReadOnlyMemory<byte> predicate)
    {
        Type = type;
        Subjects = subjects;
        PredicateType = predicateType;
        Predicate = predicate;
    }

    /// <summary>The statement's own version.</summary>
    public string Type { get; }

    /// <summary>What it is about; at least one.</summary>
    public IReadOnlyList<StatementSubject> Subjects { get; }

    /// <summary>What is said.</summary>
    public string PredicateType { get; }

    /// <summary>The predicate as JSON; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Predicate { get; }

    /// <summary>Whether one subject has this digest.</summary>
    public bool IsAbout(Digest digest) => Find(digest) is not null;

    /// <summary>The first subject with this digest; null if there is none.</summary>
    public StatementSubject? Find(Digest digest)
    {
        foreach (var subject in Subjects)
        {
            if (subject.Digests.TryGetValue("sha256", out var hex) && hex == digest.Hex)
            {
                return subject;
            }
        }

        return null;
    }

    /// <summary>Reads a statement strictly. If the result is false, <paramref name="problem"/> says why.</summary>
    public static bool TryParse(ReadOnlySpan<byte> utf8Json, [NotNullWhen(true)] out InTotoStatement? statement, out string problem)
    {
        try
        {
            statement = Read(utf8Json);
            problem = "";
            return true;
        }
        catch (FormatException failure)
        {
            statement = null;
            problem = failure.Message;
            return false;
        }
    }

    private static InTotoStatement Read(ReadOnlySpan<byte> utf8Json)
    {
        var message = ProtoMessage.Parse(utf8Json, SigstoreBundle.MaxBytes, "the statement").Known("_type", "subject", "predicateType", "predicate");
        var type = message.Text("_type", MaxText);
        if (type is not ("https://in-toto.io/Statement/v0.1" or "https://in-toto.io/Statement/v1"))
        {
            throw message.Wrong("_type", "is not one of an in-toto statement v0.1 or v1");
        }

        var subjects = new List<StatementSubject>();
        foreach (var subject in message.Messages("subject", MaxSubjects))
        {
            subject.Known("name", "digest", "annotations");
            subjects.Add(new StatementSubject(
                subject.OptionalText("name", MaxText) ?? "",
                subject.Message("digest").Texts(16, MaxText),
                subject.OptionalMessage("annotations")?.Texts(64, MaxText) ?? []));
        }

        return subjects.Count > 0
            ? new InTotoStatement(type, subjects, message.Text("predicateType", MaxText), message.Raw("predicate"))
            : throw message.Wrong("subject", "is empty: the statement is about nothing");
    }
}
