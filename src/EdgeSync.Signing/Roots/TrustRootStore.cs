using System.Globalization;
using EdgeSync.Contracts.Trust;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Primitives.Storage;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Signing.Roots;

/// <summary>
/// The verified roots on disk, one file each, in a folder that belongs to the pinned root: a site that pins another root starts with an empty folder. The
/// files are not trusted; they are verified again from the pinned root at each start. For one caller at a time.
/// </summary>
/// <param name="directory">The folder of all roots under the site's state.</param>
/// <param name="markDirectory">The folder of the high-water marks of roots and lists, outside that folder.</param>
public sealed class TrustRootStore(string directory, string markDirectory)
{
    /// <summary>The file with the high-water mark of the roots.</summary>
    public const string RootMarkFile = "highest-trust-root";

    /// <summary>The file with the high-water mark of the lists of revocations.</summary>
    public const string RevocationMarkFile = "highest-revocations";

    private const int MaxEvidence = 16;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private string? _folder;

    /// <summary>
    /// Reads what is on disk and verifies it from the pinned root on. Throws <see cref="SigningException"/> if the pinned root itself cannot be used. The
    /// store can save afterwards.
    /// </summary>
    public async Task<TrustLoad> LoadAsync(string pinnedPath, string fleet, CancellationToken cancellationToken)
    {
        var load = await ReadAsync(pinnedPath, fleet, cancellationToken);
        CreateFolder(Folder);

        // The power failed between writing a record and its mark, or the mark was lost.
        return load with { Marks = await RaiseAsync(load.State, load.Marks, cancellationToken) };
    }

    /// <summary>As <see cref="LoadAsync"/>, but changes nothing: for commands that run while the site's agent runs.</summary>
    public async Task<TrustLoad> ReadAsync(string pinnedPath, string fleet, CancellationToken cancellationToken)
    {
        var pinned = BoundedFile.Read(pinnedPath, DsseEnvelope.MaxBytes, out var unreadable)
            ?? throw Unusable(pinnedPath, unreadable, "Put the trust root of this site's fleet there.");
        var chain = TrustChain.Begin(pinned, fleet) switch
        {
            RootVerdict.Accepted begun => begun.Chain,
            RootVerdict.Rejected { Fault: var fault } => throw Unusable(pinnedPath, fault.Message, fault.Hint),
            _ => throw new InvalidOperationException("a pinned root is accepted or rejected"),
        };
        _folder = Path.Combine(directory, chain.Head.Payload.ToShortString());
        RootFault? problem;
        (chain, problem) = await FollowAsync(chain, cancellationToken);
        var state = new TrustState(chain, await LoadRevocationsAsync(chain, cancellationToken));
        var marks = new TrustMarks(
            await HighWaterMark.ReadAsync(RootMarkPath, cancellationToken), await HighWaterMark.ReadRevocationsAsync(RevocationMarkPath, cancellationToken));
        return new TrustLoad(state, marks, problem);
    }

    /// <summary>Stores the newest root of a state, and advances the mark if it is the highest. Durable when the call ends; returns the marks.</summary>
    public async Task<TrustMarks> SaveRootAsync(TrustState state, TrustMarks marks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(marks);
        await DurableFile.WriteAsync(RootPath(state.Chain.Head.Version), state.Chain.Links[^1].Envelope, DurableFile.SharedMode, cancellationToken);
        return await RaiseAsync(state, marks, CancellationToken.None);
    }

    /// <summary>
    /// Stores a state's list of revocations in place of the previous one, and advances the mark if it is the highest. Durable when the call ends; returns the
    /// marks.
    /// </summary>
    public async Task<TrustMarks> SaveRevocationsAsync(TrustState state, TrustMarks marks, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(marks);
        var list = state.Revocations ?? throw new ArgumentException("the state has no list", nameof(state));
        await DurableFile.WriteAsync(RevocationsPath, list.Envelope, DurableFile.SharedMode, cancellationToken);
        return await RaiseAsync(state, marks, CancellationToken.None);
    }

    /// <summary>Stores an envelope that contradicts one in force here, as evidence for the operator; only the first few are stored.</summary>
    public async Task KeepEvidenceAsync(ReadOnlyMemory<byte> envelope, CancellationToken cancellationToken)
    {
        var path = Path.Combine(Folder, $"evidence-{Digest.Of(envelope.Span).ToShortString()}.json");
        if (!File.Exists(path) && Directory.GetFiles(Folder, "evidence-*.json").Length < MaxEvidence)
        {
            await DurableFile.WriteAsync(path, envelope, DurableFile.SharedMode, cancellationToken);
        }
    }

    private static void CreateFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw DurableFile.Translate(path, failure);
        }
    }

    private string Folder => _folder ?? throw new InvalidOperationException("the store was not loaded");

    private string RootMarkPath => Path.Combine(markDirectory, RootMarkFile);

    private string RevocationMarkPath => Path.Combine(markDirectory, RevocationMarkFile);

    private string RevocationsPath => Path.Combine(Folder, "revocations.json");

    private string RootPath(long version) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"root-{version}.json"));

    private async Task<(TrustChain Chain, RootFault? Problem)> FollowAsync(TrustChain chain, CancellationToken cancellationToken)
    {
        while (true)
        {
            var version = chain.Head.Version + 1;
            var bytes = await BoundedFile.TryReadAsync(RootPath(version), DsseEnvelope.MaxBytes, cancellationToken);
            if (bytes is null)
            {
                return (chain, FindHighestFile() is { } highest && highest > version ? Broken(version, "it is missing") : null);
            }

            switch (chain.Append(bytes, new HashSet<Digest>()))
            {
                case RootVerdict.Accepted next:
                    chain = next.Chain;
                    break;
                case RootVerdict.Rejected { Fault: var fault }:
                    return (chain, Broken(version, fault.Message));
                default:
                    return (chain, Broken(version, "it is the version before"));
            }
        }
    }

    private async Task<Revocations?> LoadRevocationsAsync(TrustChain chain, CancellationToken cancellationToken) =>
        await BoundedFile.TryReadAsync(RevocationsPath, DsseEnvelope.MaxBytes, cancellationToken) is { } bytes
            ? RevocationVerifier.VerifyStored(bytes, chain)
            : null;

    private async Task<TrustMarks> RaiseAsync(TrustState state, TrustMarks marks, CancellationToken cancellationToken)
    {
        var head = state.Chain.Head;
        if (marks.Root is not { } known || known.Fleet != head.Record.Fleet || known.Number < head.Version)
        {
            marks = marks with { Root = HighWaterMark.Of(head) };
            await marks.Root.WriteAsync(RootMarkPath, cancellationToken);
        }

        if (marks.Revocations?.IsBelow(state) != false && HighWaterMark.OfRevocations(state) is { } list)
        {
            marks = marks with { Revocations = list };
            await list.WriteAsync(RevocationMarkPath, cancellationToken);
        }

        return marks;
    }

    private long? FindHighestFile() => (Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "root-*.json") : [])
        .Select(path => Path.GetFileNameWithoutExtension(path)["root-".Length..])
        .Select(text => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : 0)
        .Append(0)
        .Max();

    private static RootFault Broken(long version, string why) => new(
        TrustReasons.RootChainBroken,
        string.Create(CultureInfo.InvariantCulture, $"the stored trust root {version} cannot be used: {why}; what comes after it is fetched again"),
        "Nothing to do if the registry has the roots. Otherwise import them: 'edgesync trust import FOLDER'.");

    private static SigningException Unusable(string path, string why, string hint) =>
        new(SigningReasons.TrustPolicyInvalid, $"the pinned trust root '{path}' cannot be used: {why}")
        {
            Subject = path,
            Hint = hint,
            ExitCode = ExitCodes.BadConfiguration,
        };
}
