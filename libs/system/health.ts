import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import type { Readiness } from './metrics';

/** How ready this process is now. */
export abstract class ReadinessSource {
  abstract read(): Promise<Readiness>;
}

/** Down only when recording or reading is impossible; what is merely degraded says so and stays up. */
@Injectable()
export class SystemHealth {
  constructor(
    private readonly source: ReadinessSource,
    private readonly indicators: HealthIndicatorService,
  ) {}

  async check() {
    const readiness = await this.source.read();
    const indicator = this.indicators.check('system');
    return readiness.status === 'behind' ? indicator.down({ readiness }) : indicator.up({ readiness });
  }
}
