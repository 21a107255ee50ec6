package org.convnext4j.model.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PictureThreadsTest {
    private final PictureThreads threads = new PictureThreads("pictures");

    @Test
    void anInterruptEndsNoWaitAndIsKept() throws InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        AtomicInteger ended = new AtomicInteger();
        Runnable work = () -> {
            try {
                told.await();
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            ended.incrementAndGet();
        };
        threads.start(3, work, Thread::start);
        Thread.currentThread().interrupt();
        told.countDown();
        threads.join();
        assertTrue(Thread.interrupted());
        assertEquals(3, ended.get());
    }

    @Test
    void oneOfThemDoesNotWaitForItself() throws InterruptedException {
        CountDownLatch listed = new CountDownLatch(1);
        CountDownLatch joined = new CountDownLatch(1);
        ConcurrentLinkedQueue<String> names = new ConcurrentLinkedQueue<>();
        Runnable work = () -> {
            try {
                listed.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            threads.join();
            names.add(Thread.currentThread().getName() + " "
                    + Thread.currentThread().isDaemon());
            joined.countDown();
        };
        threads.start(1, work, Thread::start);
        listed.countDown();
        joined.await();
        assertEquals(List.of("pictures-1 true"), List.copyOf(names));
    }
}
