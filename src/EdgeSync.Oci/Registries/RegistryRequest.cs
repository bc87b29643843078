using System.Net;

namespace EdgeSync.Oci.Registries;

/// <summary>One request, in a form that can be sent several times: again after a challenge, a redirect or a failure.</summary>
internal sealed record RegistryRequest(HttpMethod Method, Uri Uri, string Scope)
{
    /// <summary>Statuses that are answers; any other is a failure.</summary>
    public required IReadOnlyList<HttpStatusCode> Accepts { get; init; }

    /// <summary>Whether every status of success (2xx) is an answer too.</summary>
    public bool AcceptsAnySuccess { get; init; }

    /// <summary>Whether the answer may be of any media type, also that of a web page.</summary>
    public bool AcceptsWebPages { get; init; }

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Makes a new body for each try.</summary>
    public Func<HttpContent>? Body { get; init; }

    public long BodyLength { get; init; }

    /// <summary>Whether sending it twice does no harm.</summary>
    public bool IsRepeatable { get; init; } = true;

    public bool IsPush => Method != HttpMethod.Get && Method != HttpMethod.Head;

    public bool IsAnswer(HttpResponseMessage response) =>
        Accepts.Contains(response.StatusCode) || (AcceptsAnySuccess && response.IsSuccessStatusCode);

    public HttpRequestMessage ToMessage(Uri uri)
    {
        var message = new HttpRequestMessage(Method, uri) { Content = Body?.Invoke() };
        foreach (var (name, value) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return message;
    }
}
