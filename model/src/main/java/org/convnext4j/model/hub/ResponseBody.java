package org.convnext4j.model.hub;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, read piece by piece by one thread, which waits no longer than it wants to: a stream of the HTTP
 * client would block for as long as the server is silent. One piece at a time is asked for, so memory is bounded.
 */
final class ResponseBody implements HttpResponse.BodySubscriber<ResponseBody>, AutoCloseable {
    private record Piece(
            List<ByteBuffer> buffers,
            boolean last,
            @Nullable Throwable failure) {}

    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    // guarded by this
    private Flow.@Nullable Subscription subscription;
    private boolean closed;

    @Override
    public CompletionStage<ResponseBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        synchronized (this) {
            subscription = given;
        }
        askForMore();
    }

    /**
     * Asks, or cancels once this is closed. Not with the lock held: the client's threads hold one of their own, which
     * cancelling takes, while they call {@link #onSubscribe}, and so each waited for the other.
     */
    private void askForMore() {
        Flow.@Nullable Subscription given;
        boolean cancel;
        synchronized (this) {
            given = subscription;
            cancel = closed;
        }
        if (given != null) {
            if (cancel) {
                given.cancel();
            } else {
                given.request(1);
            }
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        pieces.add(new Piece(buffers, false, null));
    }

    @Override
    public void onError(Throwable failure) {
        pieces.add(new Piece(List.of(), true, failure));
    }

    @Override
    public void onComplete() {
        pieces.add(new Piece(List.of(), true, null));
    }

    /**
     * The next piece; empty at the end.
     *
     * @throws IOException if the connection broke, or nothing came for so long
     */
    List<ByteBuffer> next(Duration stall) throws IOException, InterruptedException {
        while (true) {
            Piece piece = pieces.poll(stall.toMillis(), TimeUnit.MILLISECONDS);
            if (piece == null) {
                throw new IOException("nothing came for " + stall.toMillis() + " ms");
            }
            if (piece.failure() != null) {
                throw new IOException("the connection broke: " + piece.failure().getMessage(), piece.failure());
            }
            if (piece.last()) {
                return List.of();
            }
            askForMore();
            if (!piece.buffers().isEmpty()) {
                return piece.buffers();
            }
        }
    }

    /** Ends the transfer, if it has not ended. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        askForMore();
    }
}
