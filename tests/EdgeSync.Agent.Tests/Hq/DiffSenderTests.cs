using System.Text.Json;
using System.Text.Json.Nodes;
using EdgeSync.Agent.Hq;
using EdgeSync.Contracts;
using EdgeSync.Contracts.Plans;
using EdgeSync.Signing.Envelopes;
using EdgeSync.Signing.Keys;
using EdgeSync.Testing;

namespace EdgeSync.Agent.Tests.Hq;

/// <summary>What a site answers when HQ asks where its cluster is not what should run.</summary>
public sealed class DiffSenderTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private readonly SigningKey _key = SigningKey.Create("ledger");
    private readonly ManualTimeProvider _time = new();

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task Run_ManyRequests_AnswersTheNewestAndRestsBetween()
    {
        var asked = new List<string>();
        var answers = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        using var stop = new CancellationTokenSource();
        using var sender = new DiffSender(
            (request, _) =>
            {
                asked.Add(request);
                return Task.FromResult(Document(request, 1));
            },
            _key,
            _time);
        sender.Ask("one");
        sender.Ask("two");
        var running = sender.RunAsync(async answer => await answers.Writer.WriteAsync(answer), stop.Token);

        Assert.Equal("two", Read(await answers.Reader.ReadAsync().AsTask().WaitAsync(Bound)).Request);
        sender.Ask("three");
        sender.Ask("four");
        Assert.False(answers.Reader.TryRead(out _));
        while (_time.NextDue is null)
        {
            await Task.Yield();
        }

        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal("four", Read(await answers.Reader.ReadAsync().AsTask().WaitAsync(Bound)).Request);
        Assert.Equal(["two", "four"], asked);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task Run_MoreThanAnEnvelopeHolds_SaysHowManyAreLeftOut()
    {
        var answers = System.Threading.Channels.Channel.CreateUnbounded<byte[]>();
        using var stop = new CancellationTokenSource();
        using var sender = new DiffSender((request, _) => Task.FromResult(Document(request, 5_000)), _key, _time);
        sender.Ask("all");
        var running = sender.RunAsync(async answer => await answers.Writer.WriteAsync(answer), stop.Token);

        var bytes = await answers.Reader.ReadAsync().AsTask().WaitAsync(Bound);

        var channel = Assert.Single(Read(bytes).Channels);
        Assert.InRange(bytes.Length, 1, DsseEnvelope.MaxBytes);
        Assert.InRange(channel.Objects.Count, 1, 200);
        Assert.All(channel.Objects, item => Assert.Equal(PlanAction.Drifted, item.Action));
        Assert.Contains(channel.Notes, note => note == $"{5_000 - channel.Objects.Count} more objects differ; 'edgesync diff' at the site shows all");
        Assert.All(channel.Objects.SelectMany(item => item.Fields!), field => Assert.InRange(((string)field.Before!).Length, 1, 500));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    private PlanDocument Read(byte[] envelope)
    {
        var valid = Assert.IsType<DsseVerdict.Valid>(DsseVerifier.Verify(envelope, PlanDocument.DiffMediaType, [_key.PublicKey], threshold: 1));
        return JsonSerializer.Deserialize(valid.Payload.Span, ContractsJsonContext.Default.PlanDocument)!;
    }

    private static PlanDocument Document(string request, int drifted) => new()
    {
        Schema = PlanDocument.DiffSchema,
        Fleet = "retail",
        Site = "store-1",
        At = DateTimeOffset.UnixEpoch,
        Request = request,
        HasChanges = true,
        Channels =
        [
            new ChannelPlan
            {
                Channel = "stable",
                Objects = [Object(0) with { Action = PlanAction.Unchanged }, .. Enumerable.Range(1, drifted).Select(Object)],
            },
        ],
    };

    private static PlannedObject Object(int number) => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Namespace = "shop",
        Name = $"shelf-{number}",
        Action = PlanAction.Drifted,
        Fields = [.. Enumerable.Range(0, 3).Select(i => new FieldDifference
        {
            Path = $"data.{i}", JsonPointer = $"/data/{i}", Action = FieldAction.Changed, Before = JsonValue.Create(new string('x', 3_000)), After = JsonValue.Create("y"),
        })],
    };
}
