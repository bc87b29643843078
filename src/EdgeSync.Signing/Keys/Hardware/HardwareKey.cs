using System.Security.Cryptography;

namespace EdgeSync.Signing.Keys.Hardware;

/// <summary>
/// One key in a TPM or a token, used through OpenSSL's provider for it. It is opened at the first use and again after each failure, so that a TPM that
/// was unavailable or a token that was unplugged is found again. No call takes longer than <see cref="Patience"/>. Safe for use by several threads.
/// </summary>
internal sealed class HardwareKey(HardwareKeyAddress address) : IDisposable
{
    /// <summary>
    /// A signature takes a TPM a fifth of a second, and a slow one with RSA a second or two. It is asked within a transaction, and others wait twice as
    /// long for the database.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private AsymmetricAlgorithm? _key;
    private Task? _underWay;
    private SigningException? _refusal;

    /// <summary>The public half as the provider returns it. Throws <see cref="SigningException"/>.</summary>
    public VerificationKey ReadPublicKey(string name) => Ask(() =>
    {
        _key ??= Open();
        try
        {
            return VerificationKey.FromSubjectPublicKeyInfo(_key.ExportSubjectPublicKeyInfo(), name);
        }
        catch (CryptographicException failure)
        {
            throw HardwareKeyFailures.PublicHalfHidden(address, failure);
        }
    });

    /// <summary>Has the key sign. Throws <see cref="SigningException"/> if it cannot, or does not answer in time.</summary>
    public byte[] Sign(Func<AsymmetricAlgorithm, byte[]> sign) => Ask(() =>
    {
        if (_key is { } open)
        {
            try
            {
                return sign(open);
            }
            catch (CryptographicException)
            {
                // The provider does not reconnect by itself to a TPM that was unavailable or a token that was unplugged.
                Close();
            }
        }

        _key = Open();
        try
        {
            return sign(_key);
        }
        catch (CryptographicException failure)
        {
            Close();
            throw HardwareKeyFailures.DoesNotSign(address, failure);
        }
    });

    public void Dispose()
    {
        lock (_lock)
        {
            // A call that hangs in the provider still holds the key; the process that ends takes both away.
            if (_underWay is not { IsCompleted: false })
            {
                Close();
            }
        }
    }

    private T Ask<T>(Func<T> question)
    {
        lock (_lock)
        {
            // A call into the provider cannot be cancelled: while one hangs, other callers fail at once instead of waiting.
            if (_underWay is { IsCompleted: false })
            {
                throw HardwareKeyFailures.Silent(address, Patience);
            }

            var asked = Task.Factory.StartNew(question, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            _underWay = asked;
            return ((IAsyncResult)asked).AsyncWaitHandle.WaitOne(Patience) ? asked.GetAwaiter().GetResult() : throw HardwareKeyFailures.Silent(address, Patience);
        }
    }

    private AsymmetricAlgorithm Open()
    {
        if (_refusal is not null)
        {
            throw _refusal;
        }

        HardwarePin.Check(address);
        if (address.PublicUri is { } visible)
        {
            // Asks without the PIN first: the PIN is only sent to a token that is present and has the key, so that no attempt is wasted.
            Load(visible, HardwareKeyFailures.CannotOpen).Dispose();
            return Load(address.PrivateUri, RefusePin);
        }

        return Load(address.PrivateUri, HardwareKeyFailures.CannotOpen);
    }

    private AsymmetricAlgorithm Load(string uri, Func<HardwareKeyAddress, CryptographicException, SigningException> describe)
    {
        try
        {
            using var handle = SafeEvpPKeyHandle.OpenKeyFromProvider(address.Provider, uri);
            return Wrap(handle);
        }
        catch (CryptographicException failure)
        {
            throw describe(address, failure);
        }
        catch (PlatformNotSupportedException failure)
        {
            throw HardwareKeyFailures.NoProviders(address, failure);
        }
    }

    // The class library does not say which kind a key is; a constructor for another kind refuses it.
    private AsymmetricAlgorithm Wrap(SafeEvpPKeyHandle handle)
    {
        try
        {
            return new ECDsaOpenSsl(handle);
        }
        catch (CryptographicException)
        {
            try
            {
                return new RSAOpenSsl(handle);
            }
            catch (CryptographicException failure)
            {
                throw HardwareKeyFailures.WrongKind(address, failure);
            }
        }
    }

    // The key is there without its PIN, and with it is not. A token locks itself after a few wrong PINs: this process does not try again.
    private SigningException RefusePin(HardwareKeyAddress refused, CryptographicException failure)
    {
        var described = HardwareKeyFailures.CannotOpen(refused, failure);
        if (described.Reason != SigningReasons.KeyNotFound)
        {
            return described;
        }

        _refusal = HardwareKeyFailures.PinRefused(refused, failure);
        return _refusal;
    }

    private void Close()
    {
        _key?.Dispose();
        _key = null;
    }
}
